"""Roles that let somebody read: the ClusterRole of a scan, and the rules that one lacked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from seawall.inventory import Unread

LACKING: Final = "what RBAC refused"
"""How the coverage begins the row that holds the rules to add."""
Rules = list[tuple[str, tuple[str, ...]]]
"""API group -> its resources, sorted."""


def policy_rules(resources: Iterable[tuple[str, str]]) -> Rules:
    """One rule for each API group of (group, resource) pairs."""
    table: dict[str, set[str]] = {}
    for group, resource in resources:
        table.setdefault(group, set()).add(resource)
    return [(group, tuple(sorted(names))) for group, names in sorted(table.items())]


def refused(unread: Iterable[Unread]) -> Rules:
    """The rules that would let be read what was refused."""
    return policy_rules((each.group, each.resource) for each in unread if each.cause == "refused" and each.resource)


def missing_rules(unread: Iterable[Unread]) -> str:
    """Those rules on one line of YAML; empty where nothing was refused."""
    rules = refused(unread)
    if not rules:
        return ""
    rows = (
        f"{{apiGroups: [{_word(group)}], resources: [{', '.join(map(_word, names))}], verbs: [list]}}"
        for group, names in rules
    )
    return f"add to the reader's ClusterRole: rules: [{', '.join(rows)}]"


def rule_lines(rules: Rules, indent: str = "") -> Iterator[str]:
    """The rules as the block of YAML that stands below `rules:`."""
    for group, names in rules:
        yield f"{indent}- apiGroups: [{_word(group)}]"
        yield f"{indent}  resources: [{', '.join(map(_word, names))}]"
        yield f"{indent}  verbs: [list]"


def cluster_role(name: str, rules: Rules, comments: Sequence[str] = ()) -> Iterator[str]:
    """A ClusterRole as lines of YAML."""
    yield from (f"# {comment}" for comment in comments)
    yield "apiVersion: rbac.authorization.k8s.io/v1"
    yield "kind: ClusterRole"
    yield from ("metadata:", f"  name: {_word(name)}", "rules:")
    yield from rule_lines(rules)


def cluster_role_binding(name: str, subject: tuple[str, str, str]) -> Iterator[str]:
    """The binding of that role to a subject: (kind, namespace, name); the namespace is an account's only."""
    kind, namespace, who = subject
    yield "---"
    yield "apiVersion: rbac.authorization.k8s.io/v1"
    yield "kind: ClusterRoleBinding"
    yield from ("metadata:", f"  name: {_word(name)}", "roleRef:")
    yield from ("  apiGroup: rbac.authorization.k8s.io", "  kind: ClusterRole", f"  name: {_word(name)}", "subjects:")
    yield f"- kind: {kind}"
    yield f"  name: {_word(who)}"
    yield f"  namespace: {_word(namespace)}" if kind == "ServiceAccount" else "  apiGroup: rbac.authorization.k8s.io"


def _word(text: str) -> str:
    """A text as YAML: plain where nobody could take it for anything else."""
    plain = text[:1].isalpha() and text.replace("-", "").replace(".", "").isalnum() and text.isascii()
    return (
        text
        if plain and text.lower() not in ("true", "false", "yes", "no", "on", "off", "null", "y", "n")
        else (json.dumps(text))
    )
