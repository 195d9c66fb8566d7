"""What is imported when: the start of the command is part of every run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: a}]}\n"
HEAVY = {
    "asyncio",
    "email",
    "hashlib",
    "http",
    "msgspec",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "yaml",
}
OWN_HEAVY = {
    "seawall.app", "seawall.core", "seawall.data", "seawall.findings", "seawall.inventory", "seawall.model",
    "seawall.reports", "seawall.rules", "seawall.sources", "seawall.triage", "seawall.yamltext",
}  # fmt: skip


def imported(code: str, folder: Path) -> set[str]:
    """The modules that a fresh interpreter without `site` knows after `code`, less those it starts with."""
    script = (
        "import sys, json, atexit; before = set(sys.modules)\n"
        "atexit.register(lambda: print(json.dumps(sorted(set(sys.modules) - before)), file=sys.stderr))\n"
        f"{code}"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    found: list[str] = json.loads(done.stderr.splitlines()[-1])
    return set(found)


def called(*arguments: str) -> str:
    """Code that is the command `seawall` with these arguments."""
    return f"sys.argv[:] = {['seawall', *arguments]!r}; from seawall.cli.main import main; main()"


def test_the_package_imports_nothing_of_its_own(tmp_path: Path) -> None:
    own = {name for name in imported("import seawall", tmp_path) if name.startswith("seawall")}
    assert own == {"seawall"}


def test_the_package_imports_little_of_the_library(tmp_path: Path) -> None:
    assert sorted(imported("import seawall", tmp_path) & (HEAVY | {"click", "dataclasses", "inspect"})) == []


@pytest.mark.parametrize("arguments", [("--version",), ("--help",)], ids=" ".join)
def test_the_version_and_the_list_of_commands_import_nothing_heavy(arguments: tuple[str], tmp_path: Path) -> None:
    found = imported(called(*arguments), tmp_path)
    assert sorted(found & (HEAVY | OWN_HEAVY)) == []
    assert {name for name in found if name.startswith("seawall")} == {
        "seawall", "seawall.cli", "seawall.cli.main", "seawall.errors",
    }  # fmt: skip


@pytest.mark.parametrize("name", ["rules", "explain", "schema"])
def test_a_command_that_reads_no_manifest_imports_no_reader(name: str, tmp_path: Path) -> None:
    arguments = [name, "host-port"] if name == "explain" else [name]
    found = imported(called(*arguments), tmp_path)
    assert not {module for module in found if module.startswith(("yaml", "seawall.sources"))}
    assert "seawall.rules.spec" in found


def test_a_scan_of_a_plain_file_imports_only_what_it_uses(tmp_path: Path) -> None:
    (tmp_path / "pod.yaml").write_text(POD, "utf-8")
    found = imported(called("scan", "pod.yaml", "--fail-on", "none"), tmp_path)
    assert {"seawall.reports.terminal", "seawall.rules.pod.host_port"} <= found
    unused = {
        "seawall.sources.helm",
        "seawall.sources.kustomize",
        "seawall.sources.process",
        "subprocess",
        "http",
        "ssl",
    }
    unused |= {f"seawall.reports.{name}" for name in ("sarif", "junit", "markdown", "csv", "gitlab", "github", "json")}
    assert sorted(found & unused) == []


def test_importing_a_rule_parses_none_of_its_examples(tmp_path: Path) -> None:
    found = imported("from seawall.rules.catalog import catalog; assert catalog()", tmp_path)
    assert not {name for name in found if name.startswith(("yaml", "seawall.sources", "seawall.rules.examples"))}
