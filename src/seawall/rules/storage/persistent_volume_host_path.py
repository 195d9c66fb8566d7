"""A PersistentVolume is a directory of a node, or a `local` one is a part of the node itself.

Why: whoever claims the volume reads and writes the node's own files under that path, past every rule against hostPath
    in pods; the claim does not show it. On a second node the path holds something else.
Instead: a storage class with a CSI driver; for disks of a node, a `local` volume on a mount of its own.
Breaks: pods that expect the data at this path; copy it first.
Check: kubectl get pv -o custom-columns=NAME:.metadata.name,PATH:.spec.hostPath.path
Source: Pod Security Standards, baseline, "HostPath Volumes" (the reason); Kubernetes docs, "Persistent Volumes".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Severity, Unknown, dig
from seawall.model import PersistentVolume
from seawall.model.node_paths import held, is_disk, node_path, runtime_socket
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    CRITICAL,
    HIGH,
    MEDIUM,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(volume: PersistentVolume) -> Iterator[Evidence]:
    for kind in ("hostPath", "local"):
        source = dig(volume.tree, "spec", kind)
        path = dig(source, "path")
        if isinstance(source, Unknown):
            yield unsure(source, "spec", kind)
        elif isinstance(path, Unknown):
            yield unsure(path, "spec", kind, "path")
        elif isinstance(source, dict):
            yield from _said(kind, path)


def _said(kind: str, path: object) -> Iterator[Evidence]:
    severity, holds = _given(path)
    # A disk, and a folder of its own, is what a `local` volume is for.
    if kind == "local" and (not holds or is_disk(node_path(str(path)))):
        return
    told = f"the path {path} of a node, {holds}" if holds else f"the directory {path} of a node"
    message = f"gives out {told}; use a CSI driver or a local volume on a mount of its own"
    yield fail(message, "spec", kind, "path", value=path, severity=severity)


def _given(path: object) -> tuple[Severity, str]:
    """How bad it is to give out a path, and what it holds; a volume is there to be written to."""
    if not isinstance(path, str):
        return MEDIUM, ""
    clean = node_path(path)
    if socket := runtime_socket(clean):
        return CRITICAL, socket
    severity, holds = held(clean, written=True)
    return (severity, holds) if holds else (MEDIUM, "")


def _volume(source: str) -> str:
    return f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: data}}, spec: {{{source}}}}}"


RULE = Rule(
    id="persistent-volume-host-path",
    on=PersistentVolume,
    check=check,
    severity=MEDIUM,
    otherwise={
        CRITICAL: "the path holds the node's credentials, its programs or the socket of its container runtime",
        HIGH: "the path is a smaller part of the node's configuration or logs",
    },
    concept="host-path-mount",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_volume("csi: {driver: disk.csi.example, volumeHandle: v1}")),
        fails(
            manifest="""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: data}
                spec:
                  capacity: {storage: 10Gi}
                  accessModes: [ReadWriteOnce]
                  hostPath: {path: /data}
            """,
            at="spec.hostPath.path",
            instead="""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: data}
                spec:
                  capacity: {storage: 10Gi}
                  accessModes: [ReadWriteOnce]
                  csi: {driver: disk.csi.example, volumeHandle: data-1}
            """,
        ),
        fails(manifest=_volume("hostPath: {path: /}")),
        fails(manifest=_volume("hostPath: {path: /var/log}")),
        fails(manifest=_volume("hostPath: {path: /var/run/docker.sock}")),
        fails(manifest=_volume("hostPath: {path: /var/lib/../lib/kubelet}")),
        fails(manifest=_volume("local: {path: /etc/kubernetes/}"), at="spec.local.path"),
        fails(manifest=_volume("local: {path: /var/run}"), at="spec.local.path"),
        passes(manifest=_volume("local: {path: /mnt/disk1}")),
        passes(manifest=_volume("local: {path: /dev/sdb}")),
        unknown(manifest=_volume("local: {path: '${DISK}'}")),
        unknown(manifest=_volume("hostPath: {path: '${DATA}'}")),
    ),
)
