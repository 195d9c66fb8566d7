"""What keeps data: settings, credentials, volumes, and their copies."""

from __future__ import annotations

from typing import Final

from seawall.core import dig, items
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import bringing, products_seen, seen_of
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, objects, of_kinds

_SNAPSHOTS: Final = ("VolumeSnapshot", "VolumeSnapshotClass")


def _secrets(estate: Estate) -> Seen:
    found = of_kinds(estate, ("", "Secret"))
    return objects(found, "Secret") if found else Seen()


def _config_maps(estate: Estate) -> Seen:
    found = of_kinds(estate, ("", "ConfigMap"))
    return objects(found, "ConfigMap") if found else Seen()


def _external(estate: Estate) -> Seen:
    return products_seen("external-secrets", estate)


def _volumes(estate: Estate) -> Seen:
    claims = of_kinds(estate, ("", "PersistentVolumeClaim"))
    templates = [
        resource
        for resource in of_kinds(estate, ("apps", "StatefulSet"))
        if items(dig(resource.tree, "spec", "volumeClaimTemplates"))
    ]
    volumes = of_kinds(estate, ("", "PersistentVolume"))
    classes = of_kinds(estate, ("storage.k8s.io", "StorageClass"))
    parts = [
        counted(len(found), one, several)
        for found, one, several in (
            ((*claims, *templates), "claim", ""),
            (volumes, "volume", ""),
            (classes, "StorageClass", "StorageClasses"),
        )
        if found
    ]
    found = [*claims, *templates, *volumes, *classes]
    return Seen(", ".join(parts), len(found), facts=facts(found))


def _drivers(estate: Estate) -> Seen:
    """Drivers that are registered, and those that volumes of pods name."""
    registered = of_kinds(estate, ("storage.k8s.io", "CSIDriver"))
    names = {driver.name for driver in registered}
    places = [Fact(f"{called(driver)}", driver) for driver in registered]
    for resource, pods in estate.pods:
        for pod in pods:
            for index, volume in items(pod.spec.get("volumes")):
                name = dig(volume, "csi", "driver")
                if isinstance(name, str) and name not in names:
                    names.add(name)
                    path = (*pod.path, "volumes", index, "csi", "driver")
                    places.append(Fact(f"{called(resource)} mounts a volume of {name}", resource, path))
    products = bringing(estate, "csi-driver")
    parts = sorted(names) + [each.product.name for each in products]
    return Seen(", ".join(parts), len(parts), facts=first((*places, *seen_of(products).facts)))


def _backups(estate: Estate) -> Seen:
    products = bringing(estate, "backup")
    snapshots = of_kinds(estate, *(("snapshot.storage.k8s.io", kind) for kind in _SNAPSHOTS))
    parts = [each.product.name for each in products]
    parts += (
        [counted(len(snapshots), "snapshot or class of them", "snapshots and classes of them")] if snapshots else []
    )
    places = (*seen_of(products).facts, *facts(snapshots))
    return Seen(", ".join(parts), len(products) + len(snapshots), facts=first(places))


PROBES: Final = {
    "secret": Probe(_secrets, ("Secret",)),
    "configmap": Probe(_config_maps, ("ConfigMap",)),
    "external-secrets": Probe(_external, ("CustomResourceDefinition",)),
    "persistent-volume": Probe(_volumes, ("PersistentVolumeClaim", "PersistentVolume", "StorageClass", "StatefulSet")),
    "csi-driver": Probe(_drivers, ("CSIDriver",)),
    "backup": Probe(_backups, ("CustomResourceDefinition", *_SNAPSHOTS)),
}
"""The mechanisms of data, by concept; its encryption is a setting of the control plane."""
