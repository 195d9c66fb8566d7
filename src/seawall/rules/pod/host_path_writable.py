r"""A container may write to a path of its node.

Why: what it writes stays on the node after the pod is gone and is read by other processes there: a new cron job, a
    changed binary or a replaced kubelet file turns a compromised container into a compromised node.
Instead: mount it with `readOnly: true`, or keep the data in an emptyDir, a PersistentVolumeClaim or a CSI volume.
Breaks: a process that writes there gets "Read-only file system".
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: Microsoft Threat Matrix for Kubernetes, "Writable hostPath mount"; Kubernetes docs, "Volumes", "hostPath".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import msgspec

from seawall.core import Layer, Path, Unknown, Verdict, dig, items
from seawall.model import Container, PodTemplate
from seawall.rules.pod import sensitive_host_path
from seawall.rules.pod._helpers import HostPath, host_paths, is_writable
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    DEVELOPER,
    HIGH,
    LOW,
    OWNS,
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


class _Volumes(msgspec.Struct, frozen=True, eq=False):
    """What the containers of a pod may mount of its node."""

    named: dict[str, list[HostPath]]
    """The paths by the name of their volume."""
    others: frozenset[str]
    """The names of all volumes that are known."""
    hidden: Unknown | None
    """A volume, or the list of them, that is filled in later."""
    worse: frozenset[Path]
    """The places of those that sensitive-host-path finds."""


@functools.lru_cache(maxsize=8)
def _volumes(pod: PodTemplate) -> _Volumes | None:
    """None where there is no path of the node. Each container of a pod asks: the last few answers are kept."""
    found = list(host_paths(pod))
    if not found:
        return None
    named: dict[str, list[HostPath]] = {}
    for host_path in found:
        if isinstance(host_path.volume, str):
            named.setdefault(host_path.volume, []).append(host_path)
    names = [dig(volume, "name") for _, volume in items(pod.spec.get("volumes"))]
    return _Volumes(
        named,
        frozenset(name for name in names if isinstance(name, str)),
        next((each.volume for each in found if isinstance(each.volume, Unknown)), None),
        frozenset(each.path for each in sensitive_host_path.check(pod) if each.verdict is Verdict.FAIL),
    )


def check(container: Container) -> Iterator[Evidence]:
    volumes = _volumes(container.pod)
    if volumes is None:
        return
    mounts = container.spec.get("volumeMounts")
    if isinstance(mounts, Unknown):
        yield unsure(mounts, "volumeMounts")
    for index, mount in items(mounts):
        name = dig(mount, "name")
        if isinstance(name, Unknown):
            yield unsure(name, "volumeMounts", index)
        elif isinstance(name, str):
            yield from _mount(index, mount, name, volumes)


def _mount(index: int, mount: object, name: str, volumes: _Volumes) -> Iterator[Evidence]:
    read_only = dig(mount, "readOnly")
    where = ("volumeMounts", index, "readOnly")
    if name not in volumes.others and volumes.hidden is not None and is_writable(mount):
        yield unsure(volumes.hidden, "volumeMounts", index)
    for host_path in volumes.named.get(name, ()):
        # A socket is spoken to, whatever its mount says; runtime-socket-mount and sensitive-host-path judge those.
        if host_path.written.endswith(".sock"):
            continue
        if isinstance(read_only, Unknown):
            yield unsure(read_only, *where)
        elif read_only is not True:
            yield fail(
                f"may write to {host_path.written} of its node; mount it with readOnly: true",
                *where,
                value=read_only,
                # sensitive-host-path is the worse for it already.
                severity=LOW if host_path.place in volumes.worse else None,
            )


def fix(evidence: Evidence) -> Fix:
    return Fix("Mount the path of the node read-only", (Set(evidence.path, True),))


RULE = Rule(
    id="host-path-writable",
    on=Container,
    check=check,
    fix=fix,
    severity=HIGH,
    otherwise={LOW: "sensitive-host-path already says what the path gives away"},
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    examples=(
        passes(
            pod="""
                volumes: [{name: logs, hostPath: {path: /var/log/shop}}, {name: tmp, emptyDir: {}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [
                    {name: logs, mountPath: /logs, readOnly: true}, {name: tmp, mountPath: /tmp}]}
            """
        ),
        passes(pod="volumes: [{name: logs, hostPath: {path: /var/log/shop}}]"),
        passes(
            pod="""
                volumes: [{name: spire, hostPath: {path: /run/spire/agent.sock, type: Socket}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [{name: spire, mountPath: /agent.sock}]}
            """
        ),
        fails(
            pod="""
                volumes: [{name: logs, hostPath: {path: /var/log/shop}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [{name: logs, mountPath: /logs}]}
            """,
            at="spec.containers[0].volumeMounts[0].readOnly",
            after_fix="""
                volumes: [{name: logs, hostPath: {path: /var/log/shop}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [{name: logs, mountPath: /logs, readOnly: true}]}
            """,
        ),
        fails(
            pod="""
                volumes: [{name: logs, hostPath: {path: "${LOG_DIR}"}}]
                initContainers:
                - {name: setup, image: web:1, volumeMounts: [{name: logs, mountPath: /logs, readOnly: false}]}
            """,
            at="spec.initContainers[0].volumeMounts[0].readOnly",
        ),
        fails(
            pod="""
                volumes: [{name: root, hostPath: {path: /}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [{name: root, mountPath: /host}]}
            """,
            at="spec.containers[0].volumeMounts[0].readOnly",
        ),
        unknown(
            pod="""
                volumes: [{name: logs, hostPath: {path: /var/log/shop}}]
                containers:
                - {name: web, image: web:1, volumeMounts: [{name: logs, mountPath: /logs, readOnly: "${RO}"}]}
            """
        ),
        unknown(
            pod="""
                volumes: [{name: logs, hostPath: {path: /var/log/shop}}]
                containers: [{name: web, image: web:1, volumeMounts: ["${MOUNT}"]}]
            """
        ),
        unknown(
            pod="""
                volumes: ["${VOLUME}"]
                containers: [{name: web, image: web:1, volumeMounts: [{name: logs, mountPath: /logs}]}]
            """
        ),
    ),
)
