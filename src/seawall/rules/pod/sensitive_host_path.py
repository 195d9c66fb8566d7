r"""A pod mounts a part of its node that holds the node's secrets or runs its programs.

Why: from /, /etc, /proc, /root or /var/lib/kubelet a process reads the credentials of the node and of every pod on it;
    where it may write, it replaces programs that the node runs as root. That is the node, not the container.
Instead: ask for what is needed by name: a projected volume, a CSI driver, a device plugin, or the one file, read-only.
Breaks: programs that manage or watch the node; give those a namespace of their own with the privileged standard.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: Kubernetes docs, "Volumes", "hostPath"; KubeHound, EXPLOIT_HOST_READ, EXPLOIT_HOST_TRAVERSE, CE_VAR_LOG_SYMLINK.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.model.node_paths import held
from seawall.rules.pod._helpers import host_paths, undecided_mounts, written_volumes
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    HIGH,
    MEDIUM,
    OWNS,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(pod: PodTemplate) -> Iterator[Evidence]:
    for host_path in host_paths(pod):
        if isinstance(host_path.path, Unknown):
            yield unsure(host_path.path, *host_path.place)
            continue
        volume = host_path.volume
        written = isinstance(volume, str) and volume in written_volumes(pod)
        severity, holds = held(host_path.path, written=written)
        if holds:
            yield fail(
                f"mounts {host_path.written} of its node, {holds}{', and may write to it' if written else ''}; "
                "mount the one file or folder that it needs, read-only, or none",
                *host_path.place,
                value=host_path.written,
                severity=severity,
            )
        elif not written and held(host_path.path, written=True)[1]:
            doubt = _undecided(pod, volume)
            if doubt is not None:
                yield unsure(doubt, *host_path.place)


def _undecided(pod: PodTemplate, volume: object) -> Unknown | None:
    """What keeps from being known whether the volume is written to; None when all is known."""
    if isinstance(volume, Unknown):
        return volume
    mounts = undecided_mounts(pod)
    return mounts.get(volume if isinstance(volume, str) and volume in mounts else None)


RULE = Rule(
    id="sensitive-host-path",
    on=PodTemplate,
    check=check,
    severity=CRITICAL,
    otherwise={
        HIGH: "it is only read, or holds less (/boot, /sys, a file of /etc)",
        MEDIUM: "it holds less and is only read",
    },
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    examples=(
        passes(pod="volumes: [{name: time, hostPath: {path: /etc/localtime}}]"),
        passes(
            pod="volumes: [{name: data, hostPath: {path: /srv/shop}}, {name: modules, hostPath: {path: /lib/modules}}]"
        ),
        passes(pod="volumes: [{name: socket, hostPath: {path: /var/lib/kubelet/plugins/csi.example}}]"),
        fails(pod="volumes: [{name: root, hostPath: {path: /}}]", at="spec.volumes[0].hostPath.path"),
        fails(
            pod="volumes: [{name: time, hostPath: {path: /etc}}]",
            at="spec.volumes[0].hostPath.path",
            instead="volumes: [{name: time, hostPath: {path: /etc/localtime, type: File}}]",
        ),
        fails(pod="volumes: [{name: pki, hostPath: {path: /etc/kubernetes/pki/}}]", at="spec.volumes[0].hostPath.path"),
        passes(pod="volumes: [{name: run, hostPath: {path: /var/run}}]"),
        fails(pod="volumes: [{name: up, hostPath: {path: /srv/../root/.ssh}}]", at="spec.volumes[0].hostPath.path"),
        fails(
            pod="""
                volumes: [{name: modules, hostPath: {path: /lib/modules}}]
                initContainers:
                - {name: load, image: load:1, volumeMounts: [{name: modules, mountPath: /lib/modules}]}
            """,
            at="spec.volumes[0].hostPath.path",
        ),
        fails(pod="volumes: [{name: state, hostPath: {path: /var/lib/k0s/pki}}]"),
        fails(pod="volumes: [{name: certs, hostPath: {path: /var/lib/minikube/certs}}]"),
        fails(pod="volumes: [{name: drive, hostPath: {path: 'C:\\'}}]", at="spec.volumes[0].hostPath.path"),
        fails(pod="volumes: [{name: system, hostPath: {path: 'c:\\Windows\\System32\\'}}]"),
        passes(pod="volumes: [{name: data, hostPath: {path: 'C:\\shop\\data'}}]"),
        fails(pod="volumes: [{name: logs, hostPath: {path: /var/log}}]"),
        unknown(pod="volumes: [{name: data, hostPath: {path: '${DATA_DIR}'}}]"),
        unknown(pod="volumes: ['${VOLUME}']", at="spec.volumes[0]"),
        unknown(
            pod="""
                volumes: [{name: modules, hostPath: {path: /lib/modules}}]
                initContainers:
                - {name: load, image: load:1, volumeMounts: ['${MOUNT}']}
            """,
            at="spec.volumes[0].hostPath.path",
        ),
    ),
)
