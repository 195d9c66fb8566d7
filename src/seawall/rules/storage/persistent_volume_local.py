"""A PersistentVolume is a disk of one node.

Why: the data is gone with the node, its pods can run nowhere else, and whoever becomes root on the node has it.
Instead: a storage class whose volumes live apart from nodes, unless the program keeps copies of its data by itself.
Breaks: pods that need the speed of a disk of their own.
Check: kubectl get pv -o custom-columns=NAME:.metadata.name,PATH:.spec.local.path
Source: Kubernetes docs, "Volumes", local.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import PersistentVolume
from seawall.rules.spec import ARCHITECT_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(volume: PersistentVolume) -> Iterator[Evidence]:
    source = dig(volume.tree, "spec", "local")
    path = dig(source, "path")
    if isinstance(source, Unknown):
        yield unsure(source, "spec", "local")
    elif isinstance(path, Unknown):
        yield unsure(path, "spec", "local", "path")
    elif isinstance(source, dict):
        message = f"lives on one node, at {path}; use a storage class unless the program copies its data itself"
        yield fail(message, "spec", "local", "path", value=path)


def _volume(source: str) -> str:
    return f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: data}}, spec: {{{source}}}}}"


RULE = Rule(
    id="persistent-volume-local",
    on=PersistentVolume,
    check=check,
    severity=LOW,
    profile=STRICT,
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
                  local: {path: /mnt/disk1}
            """,
            at="spec.local.path",
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
        unknown(manifest=_volume("local: {path: '${DISK}'}")),
    ),
)
