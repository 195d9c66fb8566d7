"""A credential stands among the options of a volume or of a storage class.

Why: everyone who may read PersistentVolumes, storage classes or the workload has it, and with it the share or the disks
    behind it, past Kubernetes and whatever it forbids.
Instead: replace the credential, keep the new one in a Secret, and name that Secret where the driver looks for one
    (`nodePublishSecretRef`, `secretRef`, the parameters `csi.storage.k8s.io/...-secret-name`).
Breaks: whatever still uses the old credential once it is replaced; a volume cannot be changed, only made anew.
Check: kubectl get storageclasses,pv -o yaml | grep -iE '(password|token|secret|key): '
Source: Kubernetes CSI documentation, "Secrets and Credentials"; MITRE ATT&CK T1552.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.model.secrets import credential
from seawall.model.subjects import Mounting
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, ARCHITECT_OWNS, CARES, HIGH, Evidence, Rule, fails, passes, unknown, unsure

_SOURCES: Final = (("csi", "volumeAttributes"), ("flexVolume", "options"))
_PODS: Final[tuple[tuple[str, ...], ...]] = (
    ("spec",),
    ("spec", "template", "spec"),
    ("spec", "jobTemplate", "spec", "template", "spec"),
)
"""Where built-in kinds hold the specification of a pod; `secret-in-custom-resource` reads all of other kinds."""


def check(thing: Mounting) -> Iterator[Evidence]:
    for path in _options(thing):
        options = dig(thing.tree, *path)
        if isinstance(options, Unknown):
            yield unsure(options, *path)
        for key, value in options.items() if isinstance(options, dict) else ():
            if isinstance(value, Unknown):
                yield unsure(value, *path, key)
            elif isinstance(value, str) and (found := credential(str(key), value)):
                yield leak(found, f'its option "{key}"', "name a Secret instead", *path, key)


def _options(thing: Mounting) -> Iterator[Path]:
    """Where options that go to a driver may stand."""
    if thing.resource.kind == "StorageClass":
        yield ("parameters",)
    elif thing.resource.kind == "PersistentVolume":
        for driver, options in _SOURCES:
            yield ("spec", driver, options)
    else:
        for pod in _PODS:
            volumes = dig(thing.tree, *pod, "volumes")
            if isinstance(volumes, Unknown):
                yield (*pod, "volumes")
            for index, _ in items(volumes):
                for driver, options in _SOURCES:
                    yield (*pod, "volumes", index, driver, options)


def _volume(source: str) -> str:
    return f"{{apiVersion: v1, kind: PersistentVolume, metadata: {{name: data}}, spec: {{{source}}}}}"


def _class(parameters: str) -> str:
    return f"""
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {{name: fast}}
provisioner: disk.csi.example
parameters: {parameters}
"""


RULE = Rule(
    id="secret-in-volume-options",
    on=Mounting,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**ARCHITECT_OWNS, ANALYST: CARES},
    examples=(
        passes(manifest=_class("{csi.storage.k8s.io/node-stage-secret-name: disk-login, type: ssd}")),
        passes(manifest=_volume("csi: {driver: nfs.csi.example, volumeHandle: v1, volumeAttributes: {share: /data}}")),
        fails(
            manifest=_class("{user: cart, password: hunter22}"),
            at="parameters.password",
            instead=_class("{csi.storage.k8s.io/node-stage-secret-name: disk-login}"),
        ),
        fails(
            manifest=_volume(
                "csi: {driver: smb.csi.example, volumeHandle: v1, volumeAttributes: {password: hunter22}}"
            ),
            at="spec.csi.volumeAttributes.password",
        ),
        fails(
            pod="volumes: [{name: share, flexVolume: {driver: example/cifs, options: {password: hunter22}}}]",
            at="spec.volumes[0].flexVolume.options.password",
        ),
        fails(pod="volumes: [{name: share, csi: {driver: smb.csi.example, volumeAttributes: {password: hunter22}}}]"),
        unknown(manifest=_class("'${PARAMETERS}'")),
        unknown(pod="volumes: '${VOLUMES}'", at="spec.volumes"),
        unknown(manifest=_volume("csi: {driver: smb.csi.example, volumeAttributes: {password: '${PASSWORD}'}}")),
    ),
)
