"""`seawall explain` of a concept, beside that of a rule."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from seawall.cli.completion import explained
from seawall.cli.explain import explain
from seawall.data.concepts import concepts
from seawall.errors import UsageError

NAMESPACE = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: baseline}}
"""


def run(*words: str) -> Result:
    runner = CliRunner(env={"COLUMNS": "80"})
    return runner.invoke(explain, [*words], standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize("name", concepts())
def test_every_concept_is_taught_within_the_width_of_a_terminal(name: str) -> None:
    result = run(name)
    assert result.return_value == 0
    concept = concepts()[name]
    assert result.stdout.startswith(f"{concept.name}\n")
    for title in ("How it works", "What goes wrong", "How to see it", "Whose it usually is", "Source"):
        assert f"\n{title}\n" in result.stdout
    assert [line for line in result.stdout.splitlines() if len(line) > 80 and "kubectl" not in line] == []


@pytest.mark.parametrize(
    ("word", "first"),
    [
        ("netpol", "NetworkPolicy"),
        ("Network Policies", "NetworkPolicy"),
        ("PSA", "Pod Security admission"),
        ("hostNetwork", "Separation from the node"),
        ("host-network", "host-network: A pod uses the network of its node"),
        ("Host-Network", "host-network: A pod uses the network of its node"),
    ],
)
def test_a_word_means_a_rule_by_its_id_and_else_a_concept(word: str, first: str) -> None:
    assert run(word).stdout.splitlines()[0] == first


@pytest.mark.parametrize(
    ("word", "meant"),
    [("netwrkpolicy", "networkpolicy"), ("host-prt", "host-port"), ("servceaccount", "serviceaccount")],
)
def test_a_near_miss_is_told_what_was_meant(word: str, meant: str) -> None:
    with pytest.raises(UsageError, match=f"there is no rule or concept '{word}'") as raised:
        run(word)
    assert raised.value.hint.startswith(f"Did you mean {meant}")


@pytest.mark.parametrize(
    ("rule", "named"),
    [("host-network", "cloud-metadata, cni, host-namespaces"), ("naked-pod", "pod"), ("relaxation-unused", None)],
)
def test_a_rule_names_the_concepts_behind_it(rule: str, named: str | None) -> None:
    _, title, after = run(rule).stdout.partition("\nConcepts\n")
    assert (after.splitlines()[0].strip() if title else None) == named


def test_without_a_word_the_concepts_are_listed() -> None:
    result = run()
    assert result.return_value == 0
    assert result.stdout.startswith("CLOUD AND NETWORK EDGE\n")
    assert all(f"\n  {name} " in result.stdout for name in concepts())
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("word", ["isolation", "Isolation"])
def test_the_word_of_a_layer_lists_its_concepts(word: str) -> None:
    shown = run(word).stdout
    assert shown.startswith("ISOLATION\n  namespace ")
    assert "WORKLOADS" not in shown


def test_a_concept_is_shown_in_files_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NAMESPACE)
    shown = run("psa", "--on", str(tmp_path)).stdout
    assert "Where you have it\n    present\n" in shown
    assert "a.yaml:3" in shown


def test_a_part_of_another_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(NAMESPACE)
    shown = run("impersonation", "--on", str(tmp_path)).stdout
    assert "not seen from here (with RBAC)" in shown
    assert "`seawall layers` shows it with RBAC." in " ".join(shown.split())


def test_nothing_read_is_3(tmp_path: Path) -> None:
    assert run("psa", "--on", str(tmp_path)).return_value == 3


def test_a_shell_is_offered_rules_and_concepts() -> None:
    context, parameter = click.Context(explain), explain.params[0]
    assert {"host-port", "host-namespaces"} <= {*explained(context, parameter, "host-")}


@pytest.mark.parametrize(
    ("words", "head"),
    [(("netpol",), "## NetworkPolicy\n"), (("host-port",), "# host-port\n"), ((), "# Concepts\n")],
)
def test_markdown_is_what_the_pages_of_the_documentation_say(words: tuple[str, ...], head: str) -> None:
    assert run(*words, "-o", "markdown").stdout.startswith(head)


def test_a_program_is_told_the_same() -> None:
    concept = json.loads(run("netpol", "-o", "json").stdout)
    assert (concept["id"], concept["layer"], concept["rules"][0]) == ("networkpolicy", "isolation", "no-network-policy")
    rule = json.loads(run("host-network", "-o", "json").stdout)
    assert rule["severity"] == "high"
    assert rule["why"]
    assert "host-namespaces" in rule["concepts"]
    assert [each["id"] for each in json.loads(run("-o", "json").stdout)] == [*concepts()]


def test_what_is_taught_can_go_to_files(tmp_path: Path) -> None:
    result = run("psa", "-o", f"text={tmp_path}/a.txt", "-o", f"json={tmp_path}/a.json")
    assert result.stdout == ""
    assert (tmp_path / "a.txt").read_text().startswith("Pod Security admission\n")
    assert json.loads((tmp_path / "a.json").read_text())["id"] == "pod-security-admission"


def test_a_program_asks_another_command_for_files_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing of your own files"):
        run("psa", "-o", "json", "--on", str(tmp_path))
