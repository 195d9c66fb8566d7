"""A PersistentVolume is a directory of a node.

Why: whoever claims the volume reads and writes the node's own files under that path, past every rule against hostPath
    in pods; the claim does not show it. On a second node the path holds something else.
Instead: a storage class with a CSI driver; for disks of a node, a `local` volume on a mount of its own.
Breaks: pods that expect the data at this path; copy it first.
Check: kubectl get pv -o custom-columns=NAME:.metadata.name,PATH:.spec.hostPath.path
Source: Pod Security Standards, baseline, "HostPath Volumes" (the reason); Kubernetes docs, "Persistent Volumes".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import PersistentVolume
from seawall.rules.spec import ARCHITECT_OWNS, HIGH, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_WORST = frozenset({"", "/etc", "/proc", "/root", "/run", "/sys", "/var", "/var/lib", "/var/lib/kubelet", "/var/run"})


def check(volume: PersistentVolume) -> Iterator[Evidence]:
    source = dig(volume.tree, "spec", "hostPath")
    path = dig(source, "path")
    if isinstance(source, Unknown):
        yield unsure(source, "spec", "hostPath")
    elif isinstance(path, Unknown):
        yield unsure(path, "spec", "hostPath", "path")
    elif isinstance(source, dict):
        severity = HIGH if isinstance(path, str) and path.rstrip("/") in _WORST else MEDIUM
        message = f"gives out the directory {path} of a node; use a CSI driver or a local volume"
        yield fail(message, "spec", "hostPath", "path", value=path, severity=severity)


def _volume(source: str) -> str:
    return f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: data}}, spec: {{{source}}}}}"


RULE = Rule(
    id="persistent-volume-host-path",
    on=PersistentVolume,
    check=check,
    severity=MEDIUM,
    otherwise={HIGH: "the path is the whole node or one of its vital folders"},
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
        unknown(manifest=_volume("hostPath: {path: '${DATA}'}")),
    ),
)
