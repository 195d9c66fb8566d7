"""Which products of third parties an estate holds: by the groups of its objects and the images of its pods."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Final

import msgspec

from seawall.core import Path, dig
from seawall.data.third_parties import Product, third_parties
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.images import Image, parse_image
from seawall.model.layers.sighting import Seen, called, counted, first, once

_BUILTIN: Final = (".k8s.io", ".kubernetes.io")
"""What the names of Kubernetes' own groups end in, of which some are installed apart from it."""
SOME: Final = 4
"""How many groups are named."""
_OWN: Final = frozenset({"", "apps", "autoscaling", "batch", "extensions", "policy"})


class Installed(msgspec.Struct, frozen=True, eq=False):
    """A product that an estate shows."""

    product: Product
    signs: tuple[tuple[Resource, Path], ...]
    """The objects that show it, and where in them."""


def installed(estate: Estate) -> tuple[Installed, ...]:
    """The known products that an estate shows, by name."""
    return once(estate, _installed)


def unknown_groups(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    """The groups of custom resources, and of their definitions, that belong to no known product."""
    return once(estate, _unknown_groups)


def bringing(estate: Estate, concept: str) -> tuple[Installed, ...]:
    """The installed products that bring a mechanism."""
    return tuple(each for each in installed(estate) if concept in each.product.concepts)


def products_seen(concept: str, estate: Estate) -> Seen:
    """A mechanism that products bring: which of them are there."""
    return seen_of(bringing(estate, concept))


def seen_of(found: tuple[Installed, ...]) -> Seen:
    """Some products, each with the first of its places."""
    places = (
        Fact(f"{each.product.name}: {called(resource)}", resource, path)
        for each in found
        for resource, path in each.signs[:1]
    )
    return Seen(", ".join(each.product.name for each in found), len(found), facts=first(places))


def groups_of(resource: Resource) -> Iterator[tuple[str, Path]]:
    """The API group of an object and, of a definition, the group that it defines; with where each stands."""
    yield resource.group, ("apiVersion",)
    if resource.kind == "CustomResourceDefinition":
        defined = dig(resource.tree, "spec", "group")
        if isinstance(defined, str):
            yield defined, ("spec", "group")


def is_foreign(group: str) -> bool:
    """Whether an API group is none of those that every API server has."""
    return group not in _OWN and not group.endswith(_BUILTIN)


def _installed(estate: Estate) -> tuple[Installed, ...]:
    signs: dict[str, list[tuple[Resource, Path]]] = {}
    products: dict[str, Product] = {}
    for product, resource, path in _signs(estate):
        products[product.name] = product
        signs.setdefault(product.name, []).append((resource, path))
    return tuple(Installed(products[name], tuple(signs[name])) for name in sorted(products))


def _signs(estate: Estate) -> Iterator[tuple[Product, Resource, Path]]:
    table = third_parties()
    for resource, pods in estate.pods:
        for group, path in groups_of(resource):
            if (product := _by_group(group)) is not None:
                yield product, resource, path
        for pod in pods:
            for container in pod.containers:
                repository = _repository(container.spec.get("image"))
                if repository and (product := table.by_image(repository)) is not None:
                    yield product, resource, (*container.path, "image")


@functools.lru_cache(maxsize=1024)
def _by_group(group: str) -> Product | None:
    return third_parties().by_group(group)


@functools.lru_cache(maxsize=4096)
def _parsed(text: str) -> str:
    image = parse_image(text)
    return image.repository if isinstance(image, Image) and isinstance(image.repository, str) else ""


def _repository(image: object) -> str:
    """The path of an image in its registry; empty where it is not decided."""
    return _parsed(image) if isinstance(image, str) else ""


def _unknown_groups(estate: Estate) -> Mapping[str, tuple[Resource, ...]]:
    found: dict[str, list[Resource]] = {}
    for resource in estate.inventory.resources:
        if resource.is_configuration:
            continue
        for group, _ in groups_of(resource):
            if is_foreign(group) and _by_group(group) is None:
                found.setdefault(group, []).append(resource)
    return {group: tuple(members) for group, members in sorted(found.items())}


def strangers(estate: Estate) -> str:
    """`2 API groups that are not known here: a.example, b.example`; empty where there are none."""
    groups = list(unknown_groups(estate))
    names = ", ".join(groups[:SOME]) + (", ..." if len(groups) > SOME else "")
    one, several = "API group that is not known here", "API groups that are not known here"
    return f"{counted(len(groups), one, several)}: {names}" if groups else ""
