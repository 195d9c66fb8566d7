r"""A container may write to a path of its node.

Why: what it writes stays on the node after the pod is gone and is read by other processes there: a new cron job, a
    changed binary or a replaced kubelet file turns a compromised container into a compromised node.
Instead: mount it with `readOnly: true`, or keep the data in an emptyDir, a PersistentVolumeClaim or a CSI volume.
Breaks: a process that writes there gets "Read-only file system".
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: Microsoft Threat Matrix for Kubernetes, "Writable hostPath mount"; Kubernetes docs, "Volumes", "hostPath".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, Verdict, dig, items
from seawall.model import Container
from seawall.rules.pod import sensitive_host_path
from seawall.rules.pod._helpers import HostPath, host_paths, mounts_of
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


def check(container: Container) -> Iterator[Evidence]:
    worse = {each.path for each in sensitive_host_path.check(container.pod) if each.verdict is Verdict.FAIL}
    found = list(host_paths(container.pod))
    if not found:
        return
    yield from _undecided(container, found)
    for host_path in found:
        # A socket is spoken to, whatever its mount says; runtime-socket-mount and sensitive-host-path judge those.
        if host_path.written.endswith(".sock"):
            continue
        for index, mount in mounts_of(container, host_path.volume):
            read_only = mount.get("readOnly")
            where = ("volumeMounts", index, "readOnly")
            if isinstance(read_only, Unknown):
                yield unsure(read_only, *where)
            elif read_only is not True:
                yield fail(
                    f"may write to {host_path.written} of its node; mount it with readOnly: true",
                    *where,
                    value=read_only,
                    # sensitive-host-path is the worse for it already.
                    severity=LOW if host_path.place in worse else None,
                )


def _undecided(container: Container, found: list[HostPath]) -> Iterator[Evidence]:
    """The mounts of which it is filled in later what they mount, and so whether that is a path of the node."""
    mounts = container.spec.get("volumeMounts")
    if isinstance(mounts, Unknown):
        yield unsure(mounts, "volumeMounts")
    named = [dig(volume, "name") for _, volume in items(container.pod.spec.get("volumes"))]
    known = {name for name in named if isinstance(name, str)}
    hidden = next((each.volume for each in found if isinstance(each.volume, Unknown)), None)
    for index, mount in items(mounts):
        name = dig(mount, "name")
        if isinstance(name, Unknown):
            yield unsure(name, "volumeMounts", index)
        elif hidden is not None and name not in known and dig(mount, "readOnly") in (None, False):
            yield unsure(hidden, "volumeMounts", index)


def fix(evidence: Evidence) -> Fix:
    return Fix("Mount the path of the node read-only", (Set(evidence.path, True),))


RULE = Rule(
    id="host-path-writable",
    on=Container,
    check=check,
    fix=fix,
    severity=HIGH,
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
