"""The form of a rule: one file, one bad state, everything about it.

    \"\"\"A container binds a port of its node.

    Why: ...                what an attacker or an accident makes of it
    Instead: ...            what to write
    Breaks: ...             what the change may break
    Check: ...              how to see it with kubectl
    Source: ...             the standard and section, or the API reference
    \"\"\"

    def check(container: Container) -> Iterator[Evidence]: ...
    RULE = Rule(id="host-port", on=Container, check=check, ...)

A rule's id names the bad state it finds. It says nothing of how it is found, never changes its meaning and is never
reused. Title, page, tests, SARIF table and framework coverage are derived from this one value.
"""

from __future__ import annotations

import functools
import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from seawall.core import Affinity, Audience, Layer, Path, Profile, Severity, Unknown, Verdict, path_text
from seawall.model.facts import Fact

LOW, MEDIUM, HIGH, CRITICAL = Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL
BOSS, ANALYST, ARCHITECT, DEVELOPER, USER = (
    Audience.BOSS,
    Audience.ANALYST,
    Audience.ARCHITECT,
    Audience.DEVELOPER,
    Audience.USER,
)
OWNS, DECIDES, CARES = Affinity.OWNS, Affinity.DECIDES, Affinity.CARES
ESSENTIAL, RECOMMENDED, STRICT = Profile.ESSENTIAL, Profile.RECOMMENDED, Profile.STRICT

DEVELOPER_OWNS: Final = {DEVELOPER: OWNS, ARCHITECT: CARES}
ARCHITECT_OWNS: Final = {ARCHITECT: OWNS, DEVELOPER: CARES}


class Evidence(msgspec.Struct, frozen=True, eq=False):
    """Why a verdict holds: a place, relative to the subject, and a sentence without its subject."""

    path: Path
    message: str
    """A predicate that the report puts behind the subject: `binds node port 8080; ...`."""
    value: object = None
    """What decided; None when the value is absent or must not be shown."""
    verdict: Verdict = Verdict.FAIL
    severity: Severity | None = None
    """Where this case is milder or worse than the rule's severity: one of those that the rule's `otherwise` names."""
    secret: bool = False
    """The value is a credential: nothing of it may be shown, stored or hashed."""


def fail(message: str, *path: str | int, value: object = None, severity: Severity | None = None) -> Evidence:
    """The subject is in the bad state, because of what stands (or is missing) at `path`."""
    return Evidence(path, message, value, Verdict.FAIL, severity)


def unsure(value: Unknown, *path: str | int) -> Evidence:
    """The verdict needs a value that cannot be decided from here."""
    what = f"{path_text(path) or 'what decides'} is {value.text!r}" if value.text else path_text(path)
    return Evidence(path, f"cannot be judged: {what}: {value.why}", value, Verdict.UNKNOWN)


class Set(msgspec.Struct, frozen=True, eq=False):
    """A change: `path` (relative to the subject) holds `value`; missing parents are created."""

    path: Path
    value: Any


class Remove(msgspec.Struct, frozen=True, eq=False):
    """A change: what stands at `path` (relative to the subject) goes."""

    path: Path


class Fix(msgspec.Struct, frozen=True, eq=False):
    """The smallest change that ends the bad state."""

    title: str
    changes: tuple[Set | Remove, ...]
    safe: bool = False
    """Whether the workload is known to behave the same; unsafe unless a rule has reason to say otherwise."""


class Example(msgspec.Struct, frozen=True, eq=False):
    """A manifest, or the part of one, with the verdict that the rule must give."""

    verdict: Verdict
    form: str
    """`container`, `pod` (a PodSpec without containers) or `manifest` (whole documents)."""
    text: str
    at: str = ""
    """The field path of the evidence, from the object's root; empty accepts any."""
    after_fix: str = ""
    """What the text must read as after the fix; empty where the rule offers none."""
    instead: str = ""
    """What a person should write in its place, where no fix can know it; empty where the first that passes shows it."""
    estate: bool = False
    """Whether the example is the whole cluster."""
    kube_version: str = ""

    @property
    def good(self) -> str:
        """The text put right, by the rule's fix or by hand; empty where neither is given."""
        return self.after_fix or self.instead


def _example(verdict: Verdict, form: Mapping[str, str], options: Mapping[str, Any]) -> Example:
    ((name, text),) = form.items()
    if name not in ("container", "pod", "manifest"):
        raise TypeError(f"an example is given as container=, pod= or manifest=, not {name}=")
    return Example(verdict, name, inspect.cleandoc(text), **options)


def _maker(verdict: Verdict) -> Callable[..., Example]:
    def make(
        *, at: str = "", after_fix: str = "", instead: str = "", estate: bool = False, kube: str = "", **form: str
    ) -> Example:
        written = {"after_fix": inspect.cleandoc(after_fix), "instead": inspect.cleandoc(instead)}
        return _example(verdict, form, {"at": at, "estate": estate, "kube_version": kube, **written})

    return make


passes = _maker(Verdict.PASS)
fails = _maker(Verdict.FAIL)
unknown = _maker(Verdict.UNKNOWN)

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+\Z")
_ADVICE = ("check-", "ensure-", "use-", "avoid-", "disallow-", "require-", "set-")
_SECTION = re.compile(r"^([A-Z][a-z]+):[ \n]", re.MULTILINE)


class Rule(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """One bad state: who is asked, how it is recognised, whose it is, and what proves the recognition.

    Raises:
        ValueError: the id is no name of a bad state, or the examples do not cover the verdicts.
    """

    id: str
    on: type[Any]
    """The narrowest subject: Container, PodTemplate, Role, Service, ..., NamespaceScope, Estate."""
    check: Callable[..., Iterator[Evidence]]
    """`check(subject)`; where it `sees` other kinds or is `versioned`: `check(subject, view)`."""
    severity: Severity
    """That of a finding about which the check says no other."""
    layer: Layer
    audience: Mapping[Audience, Affinity]
    examples: tuple[Example, ...]
    profile: Profile = Profile.RECOMMENDED
    otherwise: Mapping[Severity, str] = msgspec.field(default_factory=dict)
    """Severities that the check gives instead -> when, to be read after `where`: `runAsUser is 0`."""
    concept: str = ""
    """The concept of the framework table that gives the controls; empty: the id itself."""
    controls: tuple[str, ...] = ()
    """Controls beyond those of the concept: `pss:baseline:hostPorts`."""
    uses: tuple[str, ...] = ()
    """Kinds that the check looks up; what is not in the input is simply not there."""
    needs: tuple[str, ...] = ()
    """Kinds of which all must have been read: unless the input is a whole estate, the rule is unknown."""
    finds_by: tuple[str, ...] = ()
    """Kinds by which the check finds more: what it finds without them stays true."""
    tells_of: tuple[str, ...] = ()
    """Kinds that the check looks up for its words alone: no verdict depends on them."""
    versioned: bool = False
    """Whether the verdict depends on the version of Kubernetes: the check asks the view for `kube_version`."""
    fix: Callable[[Evidence], Fix] | None = None
    because: Callable[..., Iterator[Fact]] | None = None
    """`because(subject, view, evidence)`: what else decides, in other objects; asked for a proof, never in a scan."""

    def __post_init__(self) -> None:
        if not _ID.match(self.id) or self.id.startswith(_ADVICE):
            raise ValueError(f"{self.id!r} names no bad state: write two or more lower-case words, no advice")
        verdicts = {example.verdict for example in self.examples}
        if not {Verdict.PASS, Verdict.FAIL} <= verdicts:
            raise ValueError(f"rule {self.id}: examples must show one that passes and one that fails")
        if self.severity in self.otherwise:
            raise ValueError(f"rule {self.id}: {self.severity.label} is its severity and cannot be another one too")

    @property
    def family(self) -> str:
        """The name of the folder the rule lives in."""
        return self.check.__module__.rsplit(".", 2)[-2]

    @property
    def severities(self) -> tuple[Severity, ...]:
        """All that a finding may have, the mildest first."""
        return tuple(sorted((self.severity, *self.otherwise)))

    @property
    def sees(self) -> tuple[str, ...]:
        """Every kind that the check may look up besides its subject."""
        return (*self.uses, *self.needs, *self.finds_by, *self.tells_of)

    @property
    def shown(self) -> tuple[Example, str]:
        """The pair that teaches the rule: an example that fails, and what to write in its place.

        It is the first failing example that says its `good` text; else the first that fails and the first that passes.
        """
        bad = [example for example in self.examples if example.verdict is Verdict.FAIL]
        told = next((example for example in bad if example.good), None)
        if told is not None:
            return told, told.good
        return bad[0], next(example.text for example in self.examples if example.verdict is Verdict.PASS)

    @property
    def fixable(self) -> bool:
        """Whether the rule can write the change itself."""
        return self.fix is not None

    @property
    def title(self) -> str:
        """The first sentence of the rule's page, without its period."""
        return _sections(self.check.__module__)["Title"].rstrip(".")

    def section(self, name: str) -> str:
        """A part of the rule's page (`Why`, `Instead`, `Breaks`, `Check`, `Source`); empty where it has none."""
        return _sections(self.check.__module__).get(name, "")


@functools.cache
def _sections(module: str) -> Mapping[str, str]:
    text = inspect.cleandoc(sys.modules[module].__doc__ or "")
    pieces = _SECTION.split(text)
    table = {"Title": pieces[0].strip().partition("\n")[0]}
    for name, body in zip(pieces[1::2], pieces[2::2], strict=True):
        table[name] = body.strip() if name == "Check" else _sentence(" ".join(body.split()))
    return table


def _sentence(text: str) -> str:
    """Begins with a capital unless the first word is a name (`hostPort`, `` `kind` ``)."""
    first = text.partition(" ")[0].rstrip(",;:")
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text
