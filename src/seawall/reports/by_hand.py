"""A rule's command that shows its bad state, with the names of one finding in place of NAMESPACE, NAME and the like."""

from __future__ import annotations

import re
import shlex
from typing import Final

from seawall.core import Unknown
from seawall.findings import Finding
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Container, NamespaceScope, PodTemplate
from seawall.model.access.accounts import account_name
from seawall.model.bindings import ACCOUNT_USER, Member, members_of

_WORD: Final = re.compile(r"\b(NAMESPACE|NAME|POD|SUBJECT)\b(?!:\.)")
"""`NAME:.metadata.name` is the head of a column."""
_RUNS_IN: Final = frozenset({"DaemonSet", "Deployment", "Job", "ReplicaSet", "StatefulSet"})
"""Kinds of which `kubectl exec KIND/NAME` enters a pod."""


def filled_in(command: str, finding: Finding) -> str:
    """The command; a word for which the finding has no name stays."""
    known = {
        "NAMESPACE": _namespace(finding),
        "NAME": _account(finding) if "serviceaccount" in command else finding.resource.name,
        "POD": _pod(finding),
        "SUBJECT": _subject(finding),
    }
    return _WORD.sub(lambda match: _quoted(known[match[1]]) or match[1], command)


def _quoted(name: str) -> str:
    return shlex.quote(name) if name and not has_placeholder(name) else ""


def _namespace(finding: Finding) -> str:
    if isinstance(finding.subject, NamespaceScope):
        return finding.subject.name
    if finding.resource.kind == "Namespace" and not finding.resource.group:
        return finding.resource.name
    member = _member(finding)
    if member is not None and member.kind == "ServiceAccount" and isinstance(member.namespace, str):
        return member.namespace
    return finding.resource.namespace or ""


def _account(finding: Finding) -> str:
    """The account that the finding is about: a pod's, or the one that a binding names."""
    subject = finding.subject.pod if isinstance(finding.subject, Container) else finding.subject
    if isinstance(subject, PodTemplate):
        name = account_name(subject.spec)
        return "" if isinstance(name, Unknown) else name
    member = _member(finding)
    if member is not None:
        return member.name if member.kind == "ServiceAccount" else ""
    return finding.resource.name if finding.resource.kind == "ServiceAccount" else ""


def _pod(finding: Finding) -> str:
    kind, name = finding.resource.kind, finding.resource.name
    if kind == "Pod":
        return name
    return f"{kind.lower()}/{name}" if kind in _RUNS_IN else ""


def _subject(finding: Finding) -> str:
    member = _member(finding)
    if member is None or member.unknown is not None or member.kind == "Group":
        return ""
    if member.kind == "User":
        return member.name
    namespace = member.namespace or finding.resource.namespace
    return f"{ACCOUNT_USER}{namespace}:{member.name}" if isinstance(namespace, str) and namespace else ""


def _member(finding: Finding) -> Member | None:
    """The subject of a binding that the finding points at."""
    path = finding.path
    if finding.resource.kind not in ("RoleBinding", "ClusterRoleBinding") or path[:1] != ("subjects",):
        return None
    return next((each for each in members_of(finding.resource) if path[1:2] == (each.index,)), None)
