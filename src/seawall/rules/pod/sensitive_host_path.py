r"""A pod mounts a part of its node that holds the node's secrets or runs its programs.

Why: from /, /etc, /proc, /root or /var/lib/kubelet a process reads the credentials of the node and of every pod on it;
    where it may write, it replaces programs that the node runs as root. That is the node, not the container.
Instead: ask for what is needed by name: a projected volume, a CSI driver, a device plugin, or the one file, read-only.
Breaks: programs that manage or watch the node; give those a namespace of their own with the privileged standard.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: Kubernetes docs, "Volumes", "hostPath"; KubeHound, EXPLOIT_HOST_READ, EXPLOIT_HOST_TRAVERSE, CE_VAR_LOG_SYMLINK.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Severity, Unknown
from seawall.model import PodTemplate
from seawall.rules.pod._helpers import host_paths, is_within, undecided_mounts, written_volumes
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    HIGH,
    LOW,
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

_TREES: Final = {
    "/etc/kubernetes": (HIGH, "the credentials of the node and of the cluster"),
    "/etc/rancher": (HIGH, "the credentials of the node and of the cluster"),
    "/etc/shadow": (HIGH, "the passwords of the node"),
    "/etc/ssh": (HIGH, "the node's SSH keys"),
    "/etc": (MEDIUM, "a part of the node's configuration"),
    "/root": (HIGH, "the home of root"),
    "/home": (HIGH, "the homes of the node's users"),
    "/boot": (MEDIUM, "the node's kernel"),
    "/proc": (HIGH, "every process of the node"),
    "/sys": (MEDIUM, "the node's kernel settings"),
    "/var/lib/kubelet": (HIGH, "the credentials of the kubelet and the secrets of every pod of the node"),
    "/var/lib/etcd": (HIGH, "the database of the cluster"),
    "/var/lib/docker": (HIGH, "the file systems of every container of the node"),
    "/var/lib/containerd": (HIGH, "the file systems of every container of the node"),
    "/var/lib/containers": (HIGH, "the file systems of every container of the node"),
    "/var/lib/rancher": (HIGH, "the credentials of the cluster"),
    "/var/lib/cloud": (HIGH, "the data that the node was set up with"),
    "/var/spool/cron": (MEDIUM, "the node's timed jobs"),
}
"""Folders that are sensitive with all that is in them -> (how bad it is to read them, what they hold); first match."""

_FOLDERS: Final = {
    "/": (HIGH, "the whole node"),
    "/etc": (HIGH, "the configuration and credentials of the node"),
    "/dev": (HIGH, "the node's devices and disks"),
    "/dev/mem": (HIGH, "the node's memory"),
    "/dev/kmem": (HIGH, "the node's memory"),
    "/var": (HIGH, "the state of the node and of its pods"),
    "/var/lib": (HIGH, "the state of the node and of its pods"),
    "/var/log": (MEDIUM, "the node's log folder, where a symbolic link makes the kubelet read any file"),
    "/var/log/pods": (MEDIUM, "the logs of every pod of the node"),
    "/var/log/containers": (MEDIUM, "the logs of every pod of the node"),
}
"""Paths that are sensitive themselves -> (how bad it is to read them, what they hold); /run: runtime-socket-mount."""

_PROGRAMS: Final = ("/bin", "/sbin", "/lib", "/lib64", "/usr", "/opt/cni")
"""Folders of programs that the node runs as root: sensitive where they may be written to."""

_HARMLESS: Final = (
    *("/etc/ca-certificates", "/etc/group", "/etc/hostname", "/etc/hosts", "/etc/lsb-release"),
    *("/etc/localtime", "/etc/machine-id", "/etc/os-release", "/etc/passwd", "/etc/pki/ca-trust"),
    *("/etc/pki/tls/certs", "/etc/redhat-release", "/etc/resolv.conf", "/etc/ssl/certs", "/etc/timezone"),
)
"""Files and folders below `_TREES` that anyone may read."""

_OWN: Final = (
    "/etc/cni/net.d",
    "/var/lib/kubelet/device-plugins",
    "/var/lib/kubelet/plugins",
    "/var/lib/kubelet/plugins_registry",
    "/var/lib/kubelet/pod-resources",
)
"""Folders that the kubelet keeps for plugins of the node."""

_DISK = re.compile(r"/dev/(?:sd|vd|xvd|nvme|dm-|mapper/|disk\b|block\b)")
_WORSE: Final = {LOW: MEDIUM, MEDIUM: HIGH, HIGH: CRITICAL}
"""How bad it is to write what is so bad to read."""


def check(pod: PodTemplate) -> Iterator[Evidence]:
    for host_path in host_paths(pod):
        if isinstance(host_path.path, Unknown):
            yield unsure(host_path.path, *host_path.place)
            continue
        volume = host_path.volume
        written = isinstance(volume, str) and volume in written_volumes(pod)
        severity, holds = _holds(host_path.path, written=written)
        if holds:
            yield fail(
                f"mounts {host_path.written} of its node, {holds}{', and may write to it' if written else ''}; "
                "mount the one file or folder that it needs, read-only, or none",
                *host_path.place,
                value=host_path.written,
                severity=_WORSE[severity] if written else severity,
            )
        elif not written and _holds(host_path.path, written=True)[1]:
            doubt = _undecided(pod, volume)
            if doubt is not None:
                yield unsure(doubt, *host_path.place)


def _undecided(pod: PodTemplate, volume: object) -> Unknown | None:
    """What keeps from being known whether the volume is written to; None when all is known."""
    if isinstance(volume, Unknown):
        return volume
    mounts = undecided_mounts(pod)
    return mounts.get(volume if isinstance(volume, str) and volume in mounts else None)


def _holds(path: str, *, written: bool) -> tuple[Severity, str]:
    """How bad it is to read a path, and what it holds; empty where it is nothing that a pod should not have."""
    if path in _FOLDERS:
        return _FOLDERS[path]
    if _DISK.match(path):
        return HIGH, "a disk of the node"
    if any(is_within(path, folder) for folder in (*_OWN, *(() if written else _HARMLESS))):
        return LOW, ""
    for folder, found in _TREES.items():
        if is_within(path, folder):
            return found
    if written and any(is_within(path, folder) for folder in _PROGRAMS):
        return HIGH, "programs that the node runs as root"
    return LOW, ""


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
