"""Security frameworks and the concepts behind their controls, as `scripts/refresh_frameworks.py` wrote them down."""

from __future__ import annotations

import functools
import pkgutil
from typing import Literal

import msgspec


class Concept(msgspec.Struct, frozen=True, gc=False):
    """A bad state that frameworks speak of; a rule's id is one where one fits."""

    layer: Literal["cloud", "cluster", "container", "code"]
    means: str


class Control(msgspec.Struct, frozen=True, gc=False):
    """One control, section, technique or check of a framework."""

    id: str
    """Without the framework: `5.2.2`, `K01`, `T1611`, `baseline:hostPorts`."""
    title: str
    concepts: tuple[str, ...]
    section: str = ""
    level: int | None = None
    """The level of a CIS control; None where the framework has no levels (or the variant does not tell)."""
    assessment: Literal["automated", "manual", ""] = ""
    evidence: Literal["api", "static-pod", "kubelet-configz", "host", "manual", "cloud", ""] = ""
    """Where the answer is to be found; empty where the framework does not say."""
    verified: bool = True
    """False where the entry could not be checked against the framework itself."""


class Framework(msgspec.Struct, frozen=True):
    """One edition of a framework."""

    name: str
    """The name without its revision: `cis`."""
    revision: str
    """`1.12`; empty where there are no editions."""
    title: str
    tagged: bool
    """Whether findings carry its controls; the others can be selected and reported on."""
    controls: tuple[Control, ...]

    @property
    def key(self) -> str:
        """What stands before the colon of a control's full id: `cis-1.12`."""
        return f"{self.name}-{self.revision}" if self.revision else self.name


class Frameworks(msgspec.Struct, frozen=True):
    """Every framework, by key (`cis-1.12`), and every concept, by id."""

    sources: tuple[str, ...]
    concepts: dict[str, Concept]
    frameworks: dict[str, Framework]

    def get(self, name: str) -> Framework | None:
        """A framework by its key, or by its name alone: then the edition that findings carry; None for a stranger."""
        if name in self.frameworks:
            return self.frameworks[name]
        editions = sorted((f for f in self.frameworks.values() if f.name == name), key=lambda f: (f.tagged, f.revision))
        return editions[-1] if editions else None


@functools.cache
def frameworks() -> Frameworks:
    """The table, read once."""
    text = pkgutil.get_data("seawall.data", "frameworks.json")
    if text is None:
        raise FileNotFoundError("the package seawall.data cannot give its file 'frameworks.json'")
    return msgspec.json.decode(text, type=Frameworks)


@functools.cache
def controls_of_concept(concept: str) -> tuple[str, ...]:
    """The full ids of the controls behind a concept, in every framework, sorted; empty for a stranger.

    Controls that are about a flag, a file of a node or a cloud are left out, though they fight the same bad state: what
    an object says is no answer to them. A rule that does read the flag names the control itself.
    """
    return tuple(
        sorted(
            f"{key}:{control.id}"
            for key, framework in frameworks().frameworks.items()
            for control in framework.controls
            if concept in control.concepts and control.evidence in ("", "api")
        )
    )
