"""Write the table of the RBAC objects that an API server of each minor makes for itself, told by Kubernetes' own code.

Usage, with a Go toolchain and the module proxy; each minor takes about a minute the first time:

    python scripts/refresh_bootstrap_rbac.py 1.20.15 1.21.14 1.22.17 1.23.17 1.24.17 1.25.16 1.26.15 1.27.16 1.28.15 \
        1.29.6 1.30.14 1.31.14 1.32.13 1.33.13 1.34.4 1.35.4 1.36.3 1.37.2

For every release a small Go program is built against `k8s.io/kubernetes` of that release, with its default gates.
What it prints is what `pkg/registry/rbac/rest/storage_rbac.go` hands to the API server when it starts. An object that
several minors agree on is written once, with the first and the last of them.
"""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent.parent / "src/seawall/data/bootstrap_rbac.json"
KINDS = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")

PROGRAM = """package main

import (
	"encoding/json"
	"os"

	policy "k8s.io/kubernetes/plugin/pkg/auth/authorizer/rbac/bootstrappolicy"
)

func main() {
	_ = json.NewEncoder(os.Stdout).Encode(map[string]interface{}{
		"ClusterRole":        append(policy.ClusterRoles(), policy.ControllerRoles()...),
		"ClusterRoleBinding": append(policy.ClusterRoleBindings(), policy.ControllerRoleBindings()...),
		"Role":               policy.NamespaceRoles(),
		"RoleBinding":        policy.NamespaceRoleBindings(),
	})
}
"""


def go(folder: Path, *words: str) -> str:
    return subprocess.run(["go", *words], cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def module(release: str, upstream: str) -> str:
    """Our go.mod: where upstream's names a folder of its own repository, the module of the same release."""
    minor = release.removeprefix("1.")
    language = re.search(r"^go (\S+)", upstream, re.MULTILINE)
    assert language is not None
    staged = sorted(set(re.findall(r"(k8s\.io/[\w-]+) => \./staging/", upstream)))
    lines = ["module bootstrap", f"go {language[1]}", f"require k8s.io/kubernetes v{release}"]
    return "\n".join(lines + [f"replace {name} => {name} v0.{minor}" for name in staged]) + "\n"


def ask(release: str) -> dict[str, Any]:
    """Kind -> the objects of that kind, as the release's own functions give them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        facts = json.loads(go(folder, "mod", "download", "-json", f"k8s.io/kubernetes@v{release}"))
        (folder / "go.mod").write_text(module(release, Path(facts["GoMod"]).read_text("utf-8")), "utf-8")
        (folder / "main.go").write_text(PROGRAM, "utf-8")
        go(folder, "mod", "tidy")
        answer: dict[str, Any] = json.loads(go(folder, "run", "."))
        return answer


def manifests(answer: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Complete manifests; roles and bindings of a namespace come in lists by namespace."""
    for kind in KINDS:
        found = answer[kind]
        flat = found if isinstance(found, list) else [item for items in found.values() for item in items]
        for item in flat:
            kept = {key: value for key, value in item["metadata"].items() if value}
            rest = {key: value for key, value in item.items() if key != "metadata" and value is not None}
            yield {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": kept, **rest}


def spans(by_minor: dict[int, list[dict[str, Any]]]) -> list[tuple[int, int, str]]:
    """(first, last, object as JSON), one for each run of listed minors in which an object stays the same."""
    minors = sorted(by_minor)
    held: dict[str, list[int]] = {}
    for minor in minors:
        for manifest in by_minor[minor]:
            held.setdefault(json.dumps(manifest, separators=(",", ":")), []).append(minors.index(minor))
    found = []
    for text, places in held.items():
        first = places[0]
        for here, after in zip(places, [*places[1:], -1], strict=True):
            if after != here + 1:
                found.append((minors[first], minors[here], text))
                first = after
    return sorted(found, key=lambda span: (*identity(span[2]), span[0]))


def identity(text: str) -> tuple[int, str, str]:
    manifest = json.loads(text)
    metadata = manifest["metadata"]
    return KINDS.index(manifest["kind"]), metadata.get("namespace", ""), metadata["name"]


def write(releases: dict[int, str], found: list[tuple[int, int, str]]) -> None:
    head = {
        "source": "k8s.io/kubernetes, plugin/pkg/auth/authorizer/rbac/bootstrappolicy, with default feature gates",
        "date": datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
        "releases": releases,
    }
    parts = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    rows = (f"[{first},{last},{text}]" for first, last, text in found)
    parts.append('"objects": [\n' + ",\n".join(rows) + "\n]")
    TARGET.write_text("{" + ",\n".join(parts) + "}\n", encoding="utf-8")


def main(versions: list[str]) -> None:
    releases = {int(version.split(".")[1]): version for version in versions}
    by_minor = {minor: list(manifests(ask(release))) for minor, release in sorted(releases.items())}
    found = spans(by_minor)
    write(releases, found)
    for minor, objects in by_minor.items():
        print(f"1.{minor} ({releases[minor]}): {len(objects)} objects")
    print(f"{len(found)} rows")


if __name__ == "__main__":
    main(sys.argv[1:])
