"""A pod that may be root in its containers is root on its node too.

Why: without a user namespace, user 0 of a container is user 0 of the node: a way out of the container is at once full
    power. With `hostUsers: false` it comes out as a user that owns nothing.
Instead: set `hostUsers: false` (Kubernetes 1.33 and a recent runtime, kernel and file systems), or do not run as root.
Breaks: volumes whose file system does not support mapped users (NFS), and whatever needs the node's namespaces.
Check: kubectl exec -n NAMESPACE POD -- cat /proc/self/uid_map
Source: Kubernetes docs, "User Namespaces"; OWASP Kubernetes Top Ten 2025, K01.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container, PodTemplate, View
from seawall.model.workloads import undecided_containers
from seawall.rules.pod._helpers import listed, located, unless_windows
from seawall.rules.spec import (
    ARCHITECT,
    DECIDES,
    DEVELOPER,
    LOW,
    OWNS,
    STRICT,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_HOST: Final = ("hostNetwork", "hostPID", "hostIPC")
_SINCE: Final = 33
"""The minor version in which the feature is on by default."""


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    if view.kube_version.minor >= _SINCE:
        yield from unless_windows(pod, _said(pod))


def _said(pod: PodTemplate) -> Iterator[Evidence]:
    for key in (*_HOST, "hostUsers"):
        value = pod.spec.get(key)
        if isinstance(value, Unknown):
            yield unsure(value, key)
            return
        # With a namespace of the node the API server refuses hostUsers: false, which is what would be wanted.
        if value is (key in _HOST):
            return
    for container in pod.containers:
        reason = _reason(container)
        if isinstance(reason, Unknown):
            yield unsure(reason)
        elif reason:
            yield fail(
                f'{reason} (container "{container.name}") in the user namespace of its node; set hostUsers: false',
                "hostUsers",
                value=pod.spec.get("hostUsers"),
            )
            return
    hidden = undecided_containers(pod)
    if hidden is not None:
        path, value = hidden
        yield unsure(value, *path)


def _reason(container: Container) -> str | Unknown:
    """Why a user namespace would matter to a container; empty where it would not."""
    user, _ = located(container, "runAsUser")
    non_root, _ = located(container, "runAsNonRoot")
    added = listed(container, "add")
    if isinstance(user, (int, float)) and user == 0:
        return "runs as root"
    for value in (user, non_root, added):
        if isinstance(value, Unknown):
            return value
    if user is None and non_root is not True:
        return "may run as root"
    return "adds capabilities" if added else ""


def fix(evidence: Evidence) -> Fix:
    return Fix("Give the pod a user namespace of its own", (Set(evidence.path, False),))


RULE = Rule(
    id="no-user-namespace",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: DECIDES},
    examples=(
        passes(pod="hostUsers: false"),
        passes(pod="securityContext: {runAsNonRoot: true}"),
        passes(pod="hostNetwork: true"),
        passes(pod="os: {name: windows}"),
        passes(pod="nodeSelector: {kubernetes.io/os: windows}"),
        passes(pod="enableServiceLinks: false", kube="1.32"),
        fails(
            pod="enableServiceLinks: false",
            at="spec.hostUsers",
            after_fix="""
                enableServiceLinks: false
                hostUsers: false
            """,
        ),
        fails(pod="hostUsers: true", at="spec.hostUsers"),
        fails(container="securityContext: {runAsUser: 0, runAsNonRoot: '${NON_ROOT}'}", at="spec.hostUsers"),
        unknown(pod="os: {name: '${OS}'}"),
        unknown(pod="hostUsers: '${HOST_USERS}'"),
        unknown(pod="containers: '${CONTAINERS}'"),
        unknown(container="securityContext: {runAsUser: '${USER}'}"),
    ),
)
