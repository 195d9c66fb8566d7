"""What the mechanisms of a cluster's security are called and are for: the table behind `explain` and `layers`.

One file for each layer, from the outside in. Checked against the documentation of Kubernetes 1.34 to 1.37.
"""

from __future__ import annotations

import functools
import pkgutil
import re
from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from seawall.errors import SeawallError

DATE: Final = "2026-11-30"
"""The day on which the entries were last held against their sources."""

_FILES: Final = (
    "edge",
    "access",
    "admission",
    "isolation",
    "nodes",
    "workloads",
    "storage",
    "supply-chain",
    "third-parties",
    "audit",
)
"""The layers, from the outside in; the last watches all others."""

Duty = Literal["provider", "platform", "developer"]
"""Who usually sees to it: who runs the control plane, who runs the cluster, who writes what runs in it."""


class Concept(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One mechanism or object, told so that a newcomer understands it and an expert agrees."""

    id: str = ""
    """`networkpolicy`: what `seawall explain` takes."""
    layer: str = ""
    """The id of its layer."""
    name: str
    """What people call it: `Pod Security admission`."""
    aliases: tuple[str, ...] = ()
    """What else somebody may type."""
    purpose: str
    """What it is for, in one sentence."""
    how: str
    """How it works."""
    without: str
    """What goes wrong where it is missing, or is used badly."""
    look: tuple[str, ...]
    """Commands that show it in a running cluster."""
    seen: str
    """What Seawall makes of it."""
    unseen: str = ""
    """Where else it may be set, out of sight of manifests and of the API: completes "not seen from here: ...".

    Empty where the objects of a whole cluster tell all, so that it can be called absent.
    """
    part_of: str = ""
    """The concept with which `seawall layers` shows it; empty where it has a row of its own."""
    duty: tuple[Duty, ...]
    related: tuple[str, ...] = ()
    """The ids of other concepts."""
    rules: tuple[str, ...] = ()
    """Rules, and families of rules, that look at it."""
    source: str
    """The page that says so."""


class ClusterLayer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the layers that an attacker, or a request, passes on the way in."""

    id: str
    name: str
    purpose: str
    concepts: tuple[Concept, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    layer: ClusterLayer
    concepts: Mapping[str, Concept]


@functools.cache
def cluster_layers() -> tuple[ClusterLayer, ...]:
    """Every layer with its concepts, from the outside in; read once.

    Raises:
        SeawallError: a file of the package is missing or damaged.
    """
    return tuple(_read(name) for name in _FILES)


def _read(name: str) -> ClusterLayer:
    text = pkgutil.get_data("seawall.data.concepts", f"{name}.toml")
    if text is None:
        raise SeawallError(f"the package seawall.data.concepts cannot give its file '{name}.toml'")
    file = msgspec.toml.decode(text, type=_File)
    concepts = tuple(_flat(id_, file.layer.id, concept) for id_, concept in file.concepts.items())
    return msgspec.structs.replace(file.layer, concepts=concepts)


def _flat(id_: str, layer: str, concept: Concept) -> Concept:
    """With its texts on one line each, as reports wrap them."""
    texts = {
        name: " ".join(text.split())
        for name in ("purpose", "how", "without", "seen", "unseen", "source")
        if isinstance(text := getattr(concept, name), str)
    }
    return msgspec.structs.replace(concept, id=id_, layer=layer, **texts)


@functools.cache
def concepts() -> Mapping[str, Concept]:
    """Every concept by its id, in the order of the layers."""
    return {concept.id: concept for layer in cluster_layers() for concept in layer.concepts}


@functools.cache
def concept_names() -> Mapping[str, str]:
    """Whatever a concept may be called, as `spelling` writes it -> its id."""
    return {
        spelling(name): concept.id
        for concept in concepts().values()
        for name in (concept.id, concept.name, *concept.aliases)
    }


def find_concept(word: str) -> Concept | None:
    """The concept that somebody means, in any case, plural, with or without hyphens; None where there is none."""
    known = concept_names()
    bare = spelling(word)
    candidates = (bare, bare.removesuffix("s"), bare.removesuffix("es"), re.sub("ies$", "y", bare))
    return next((concepts()[known[each]] for each in candidates if each in known), None)


def spelling(word: str) -> str:
    """A name without what people write differently: case, blanks, hyphens, underscores, dots."""
    return re.sub(r"[\s._/-]+", "", word).casefold()
