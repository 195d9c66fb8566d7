"""The table of bootstrap objects against what a server of that minor really makes for itself."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

from tests.e2e.build import RELEASE
from tests.e2e.client import Client
from tests.e2e.running import answers, written
from tests.e2e.worlds import PLURALS, RBAC

from seawall.data.bootstrap import bootstrap_objects

Tree = dict[str, Any]

MINOR = int(RELEASE.split(".")[1])


def test_the_table_holds_what_the_server_made(client: Client) -> None:
    live = {
        key: item
        for kind, plural in PLURALS.items()
        for item in client.get(f"/apis/{RBAC}/v1/{plural}")["items"]
        if item["metadata"].get("labels", {}).get("kubernetes.io/bootstrapping") == "rbac-defaults"
        for key in [(kind, item["metadata"].get("namespace"), item["metadata"]["name"])]
    }
    table: dict[Any, Tree] = {
        (item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]): item for item in _manifests(MINOR)
    }
    assert live.keys() == table.keys()
    for key, item in table.items():
        for field in ("roleRef", "subjects", "aggregationRule", "rules"):
            if field == "rules" and "aggregationRule" in item:
                continue  # filled in by a controller, and not in the table
            assert (live[key].get(field) or []) == (item.get(field) or []), (key, field)
        assert live[key]["metadata"]["labels"] == item["metadata"]["labels"], key


def test_can_agrees_about_all_who_are_bound_from_the_start(client: Client, tmp_path: Path) -> None:
    drawn = random.Random(37)
    items = _manifests(MINOR)
    rules = {_key(item): item.get("rules") or [] for item in items}
    lines: list[Tree] = []
    for item in items:
        for subject in item.get("subjects") or ():
            reference = item["roleRef"]
            namespace = item["metadata"].get("namespace")
            role = reference["kind"], namespace if reference["kind"] == "Role" else None, reference["name"]
            for rule in rules[role]:
                lines.append({"id": len(lines), **_who(subject), **_question(rule, namespace, drawn)})
                lines.append({"id": len(lines), **_who(subject), **_question(rule, "kube-public", drawn)})
    empty = written([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "default"}}], tmp_path / "a.json")
    found = answers(lines, "-f", str(empty), "--estate", "--kube-version", f"1.{MINOR}")
    truth = {line["id"]: client.allowed(line) for line in lines}
    assert sum(truth.values()) > 400
    assert [line for line in lines if found[line["id"]]["allowed"] is not truth[line["id"]]] == []


def _key(item: Tree) -> tuple[str, str | None, str]:
    return item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]


def _who(subject: Tree) -> Tree:
    if subject["kind"] == "Group":
        return {"groups": [subject["name"]]}
    account = f"system:serviceaccount:{subject.get('namespace')}:"
    return {"user": f"{account if subject['kind'] == 'ServiceAccount' else ''}{subject['name']}"}


def _question(rule: Tree, namespace: str | None, drawn: random.Random) -> Tree:
    """One of the things that the rule allows, asked in this namespace."""
    verb = drawn.choice(rule["verbs"])
    if "nonResourceURLs" in rule:
        return {"nonResourceAttributes": {"path": drawn.choice(rule["nonResourceURLs"]), "verb": verb}}
    resource, _, subresource = drawn.choice(rule["resources"]).partition("/")
    group, name = drawn.choice(rule["apiGroups"]), drawn.choice(rule.get("resourceNames", ["any"]))
    asked = {"verb": verb, "group": group, "resource": resource, "subresource": subresource, "name": name}
    return {"resourceAttributes": {**asked, "namespace": namespace or ""}}


def _manifests(minor: int) -> list[Tree]:
    return list(bootstrap_objects(minor))
