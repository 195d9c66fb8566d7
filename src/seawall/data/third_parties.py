"""Which API groups and images belong to which product, and what that is for: so that strangers have a name."""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Mapping

import msgspec

from seawall.errors import SeawallError


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A product that people install into clusters."""

    name: str
    purpose: str
    """What it is for, completing "it ...": `checks and changes objects by policy`."""
    concepts: tuple[str, ...] = ()
    """The mechanisms that it brings (`seawall.data.concepts`)."""
    groups: tuple[str, ...] = ()
    """Its API groups; one that starts with a dot stands for all that end in it."""
    images: tuple[str, ...] = ()
    """The ends of its images' repositories."""


class ThirdParties(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table, its sources and the day on which they were read."""

    date: str
    sources: tuple[str, ...]
    products: tuple[Product, ...]

    def by_group(self, group: str) -> Product | None:
        """The product that an API group belongs to; None for a stranger."""
        table = _groups()
        if group in table:
            return table[group]
        dots = [number for number, char in enumerate(f".{group}") if char == "."]
        return next((table[end] for dot in dots if (end := f".{group}"[dot:]) in table), None)

    def by_image(self, repository: str) -> Product | None:
        """The product that an image's repository belongs to; None for a stranger."""
        parts = repository.split("/")
        ends = ("/".join(parts[start:]) for start in range(len(parts)))
        return next((_images()[end] for end in ends if end in _images()), None)


@functools.cache
def third_parties() -> ThirdParties:
    """The table, read once.

    Raises:
        SeawallError: the package's file is missing.
    """
    text = pkgutil.get_data("seawall.data", "third_parties.toml")
    if text is None:
        raise SeawallError("the package seawall.data cannot give its file 'third_parties.toml'")
    return msgspec.toml.decode(text, type=ThirdParties)


@functools.cache
def _groups() -> Mapping[str, Product]:
    return {group: product for product in third_parties().products for group in product.groups}


@functools.cache
def _images() -> Mapping[str, Product]:
    return {image: product for product in third_parties().products for image in product.images}
