"""Finding the concept that somebody means."""

from __future__ import annotations

import difflib

from seawall.data.concepts import ClusterLayer, Concept, cluster_layers, concept_names, find_concept, spelling
from seawall.rules.catalog import catalog


def concept_of(word: str) -> Concept | None:
    """The concept that a word names; None where it is a rule's id, which goes first, or nothing that is known."""
    bare = word.strip()
    if any(rule.id == bare.casefold() for rule in catalog()):
        return None
    return find_concept(bare)


def layer_of(word: str) -> ClusterLayer | None:
    """The layer that a word names, by its id or its heading; None where it names none."""
    wanted = spelling(word)
    return next((layer for layer in cluster_layers() if wanted in (spelling(layer.id), spelling(layer.name))), None)


def close_names(word: str) -> list[str]:
    """The ids of the three rules and concepts whose names are spelt most nearly so; none where none is near."""
    names = {spelling(rule.id): rule.id for rule in catalog()}
    known = {**concept_names(), **names}
    close = difflib.get_close_matches(spelling(word), known, 6)
    return list(dict.fromkeys(known[name] for name in close))[:3]
