"""What runs, where it comes from, who else works in the cluster, and who watches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.images import Image, parse_image
from seawall.model.layers.products import (
    SOME,
    bringing,
    installed,
    is_foreign,
    products_seen,
    seen_of,
    strangers,
    unknown_groups,
)
from seawall.model.layers.scopes import POD_KINDS
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, objects, of_kinds, once, share
from seawall.model.subjects import Container

_KYVERNO: Final = ("ClusterPolicy", "Policy")
_SIGNED: Final = (
    ("policies.kyverno.io", "ImageValidatingPolicy"),
    ("policies.kyverno.io", "NamespacedImageValidatingPolicy"),
    ("policy.sigstore.dev", "ClusterImagePolicy"),
    ("config.openshift.io", "ClusterImagePolicy"),
    ("config.openshift.io", "ImagePolicy"),
)
"""Kinds that are there to demand signatures."""


def _images(estate: Estate) -> tuple[tuple[Container, Any], ...]:
    """Every container with its image, taken apart; with the text, an `Unknown` or None where it is no reference."""
    return tuple(
        (container, parse_image(text) if isinstance(text := container.spec.get("image"), str) else text)
        for _, pods in estate.pods
        for pod in pods
        for container in pod.containers
    )


def _pinned(estate: Estate) -> Seen:
    """The containers whose image is named by its digest, so that it cannot become another."""
    rows = [(container, image) for container, image in once(estate, _images) if image is not None]
    if not rows:
        return Seen()
    digests = [(each, image.digest if isinstance(image, Image) else None) for each, image in rows]
    pinned = [each for each, digest in digests if isinstance(digest, str)]
    undecided = sum(isinstance(image, Unknown) for _, image in rows)
    undecided += sum(isinstance(digest, Unknown) for _, digest in digests)
    told = f"{share(len(pinned), len(rows), 'containers')} name their image by digest"
    places = pinned or [each for each, _ in rows]
    found = first(Fact(called(each.resource), each.resource, (*each.path, "image")) for each in places)
    return Seen(told, len(rows), len(pinned) == len(rows), undecided, found)


def _registries(estate: Estate) -> Seen:
    places: dict[str, Container] = {}
    count: Counter[str] = Counter()
    undecided = 0
    for container, image in once(estate, _images):
        if isinstance(image, Image) and isinstance(image.registry, str):
            count[image.registry] += 1
            places.setdefault(image.registry, container)
        else:
            undecided += isinstance(image, (Image, Unknown))
    told = ", ".join(f"{name} ({number})" for name, number in count.most_common(SOME))
    told += f", and {len(count) - SOME} more" if len(count) > SOME else ""
    found = (
        Fact(f"{name}: {called(each.resource)}", each.resource, (*each.path, "image")) for name, each in places.items()
    )
    return Seen(told, len(count), undecided=undecided, facts=first(found))


def _signatures(estate: Estate) -> Seen:
    """Policies that let only signed images in."""
    found = [*of_kinds(estate, *_SIGNED), *_verifying(estate)]
    products = bringing(estate, "image-signature")
    parts = [f"{counted(len(found), 'policy', 'policies')} on signatures"] if found else []
    parts += [each.product.name for each in products]
    return Seen(", ".join(parts), len(found) + len(products), facts=first((*facts(found), *seen_of(products).facts)))


def _verifying(estate: Estate) -> Iterator[Resource]:
    for policy in of_kinds(estate, *(("kyverno.io", kind) for kind in _KYVERNO)):
        if any(dig(rule, "verifyImages") is not None for _, rule in items(dig(policy.tree, "spec", "rules"))):
            yield policy


def _by_products(concept: str) -> Callable[[Estate], Seen]:
    def look(estate: Estate) -> Seen:
        return products_seen(concept, estate)

    return look


def _definitions(estate: Estate) -> Seen:
    """Definitions of custom resources; in files, also the objects that need one."""
    found = of_kinds(estate, ("apiextensions.k8s.io", "CustomResourceDefinition"))
    groups = {
        resource.group for resource in estate.inventory.resources if is_foreign(resource.group) and resource.metadata
    }
    groups |= {name for each in found if isinstance(name := dig(each.tree, "spec", "group"), str)}
    if not groups and not found:
        return Seen()
    users = [resource for resource in estate.inventory.resources if resource.group in groups and resource.metadata]
    told = f"{counted(len(found), 'definition')}; {counted(len(groups), 'API group')} of others"
    return Seen(told, len(found) + len(groups), facts=facts((*found, *users)))


def _operators(estate: Estate) -> Seen:
    """The known products, and the groups that belong to none."""
    products = installed(estate)
    unknown = unknown_groups(estate)
    names = ", ".join(each.product.name for each in products)
    told = "; ".join(part for part in (names, strangers(estate)) if part)
    others = (Fact(f"{group}: {called(members[0])}", members[0], ("apiVersion",)) for group, members in unknown.items())
    return Seen(told, len(products) + len(unknown), facts=first((*seen_of(products).facts, *others)))


def _aggregated(estate: Estate) -> Seen:
    found = [
        service
        for service in of_kinds(estate, ("apiregistration.k8s.io", "APIService"))
        if dig(service.tree, "spec", "service") is not None
    ]
    return (
        objects(found, "APIService that another program serves", "APIServices that other programs serve")
        if found
        else Seen()
    )


_DELIVERED: Final = ("Application", "ApplicationSet", "AppProject")
"""Kinds of Argo that belong to Argo CD; its group is also that of workflows and rollouts."""


def _gitops(estate: Estate) -> Seen:
    products = seen_of(bringing(estate, "gitops"))
    argo = of_kinds(estate, *(("argoproj.io", kind) for kind in _DELIVERED))
    parts = [products.summary, f"{counted(len(argo), 'object')} of Argo CD" if argo else ""]
    return Seen(
        ", ".join(filter(None, parts)), products.count + len(argo), facts=first((*products.facts, *facts(argo)))
    )


_DEFINITIONS: Final = ("CustomResourceDefinition",)
PROBES: Final = {
    "image": Probe(_pinned, POD_KINDS),
    "registry": Probe(_registries, POD_KINDS),
    "image-signature": Probe(_signatures, (*_DEFINITIONS, *_KYVERNO, *(kind for _, kind in _SIGNED))),
    "vulnerability-scanning": Probe(_by_products("vulnerability-scanning"), _DEFINITIONS),
    "supply-chain": Probe(_by_products("supply-chain"), _DEFINITIONS),
    "crd": Probe(_definitions, _DEFINITIONS),
    "operator": Probe(_operators, (*_DEFINITIONS, *POD_KINDS)),
    "aggregated-api": Probe(_aggregated, ("APIService",)),
    "gitops": Probe(_gitops, (*_DEFINITIONS, *_DELIVERED)),
    "cni": Probe(_by_products("cni"), (*_DEFINITIONS, "DaemonSet")),
    "runtime-detection": Probe(_by_products("runtime-detection"), (*_DEFINITIONS, "DaemonSet")),
    "monitoring": Probe(_by_products("monitoring"), (*_DEFINITIONS, *POD_KINDS)),
}
"""The mechanisms of the supply chain, of third parties and of watching, by concept."""
