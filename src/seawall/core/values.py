"""The leaf values that every layer speaks: verdicts, severities, layers, audiences."""

from __future__ import annotations

import enum
import functools
from typing import Any, Final, NoReturn

from seawall.errors import UnknownValueError

Path = tuple[str | int, ...]
"""A place in a tree: mapping keys and list indices from the root, `("spec", "containers", 0, "image")`."""


class Verdict(enum.Enum):
    """What a rule says of a subject; **unknown is never pass** (Kleene's three values, plus not applicable)."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    PASS = "pass"
    NOT_APPLICABLE = "not-applicable"


class Severity(enum.IntEnum):
    """The worst that the facts allow; comparable."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """The word that reports print."""
        return self.name.lower()


class Layer(enum.Enum):
    """Which of the four layers of cloud-native security a fix belongs to."""

    CLOUD = "cloud"
    CLUSTER = "cluster"
    CONTAINER = "container"
    CODE = "code"


class Audience(enum.Enum):
    """Who reads; one person may be several."""

    BOSS = "boss"
    ANALYST = "analyst"
    ARCHITECT = "architect"
    DEVELOPER = "developer"
    USER = "user"


class Affinity(enum.Enum):
    """How strongly a finding is an audience's: its own to fix, its to decide on, or good to know."""

    OWNS = "owns"
    DECIDES = "decides"
    CARES = "cares"


class Profile(enum.IntEnum):
    """The set a rule belongs to; a larger profile contains the smaller ones."""

    ESSENTIAL = 1
    RECOMMENDED = 2
    STRICT = 3

    @property
    def label(self) -> str:
        """The word of `--profile`."""
        return self.name.lower()


class Unknown:
    """A value that cannot be decided from here: a placeholder, or one of the wrong type.

    It stands in a resource's tree in place of the value. Asking it anything (equality, truth, hash, length,
    iteration, membership) raises `UnknownValueError`, which the engine turns into the verdict *unknown*: a rule
    that forgets the case can therefore never pass it.
    """

    __slots__ = ("text", "why")

    def __init__(self, text: str, why: str = "it is filled in later") -> None:
        """`text` is what the source says; `why` completes the sentence "cannot be decided: ..."."""
        self.text = text
        self.why = why

    def __repr__(self) -> str:
        return f"Unknown({self.text!r})"

    def _refuse(self, *_: object) -> NoReturn:
        raise UnknownValueError(f"{self.text!r} cannot be decided: {self.why}", self)

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    __bool__ = __hash__ = __len__ = __iter__ = __contains__ = __getitem__ = _refuse


class LeftOut(Unknown):
    """A value that a custom resource leaves to its operator.

    It is as unknown as any other, but nobody can decide it in the manifest: the judge tells of all that a kind leaves
    out in one line of coverage instead of one finding for each rule.
    """

    __slots__ = ()

    def __init__(self, why: str, text: str = "") -> None:
        """`why` completes the sentence "cannot be decided: ..."; `text` is what stands there for the operator."""
        super().__init__(text, why)


class Withheld(dict[str, Any]):
    """A mapping that is filled in as a whole: whatever is asked of it is the `Unknown` that stands in its place."""

    def __init__(self, unknown: Unknown) -> None:
        """`unknown` is what the source holds instead of the mapping."""
        super().__init__()
        self.unknown = unknown

    def get(self, _key: str, _default: Any = None) -> Any:
        """The `Unknown`."""
        return self.unknown


NOTHING: Final[dict[str, object]] = {}
"""An empty mapping to read from where an optional object is absent; never write to it."""


def dig(tree: object, *keys: str | int) -> object:
    """The value at `keys` below `tree`; None where it is absent, an `Unknown` where the way to it is one.

    It never raises: a step through a value of another type finds nothing.
    """
    for key in keys:
        if isinstance(tree, dict):
            tree = tree.get(key)
        elif isinstance(tree, list) and isinstance(key, int):
            tree = tree[key] if -len(tree) <= key < len(tree) else None
        else:
            return tree if isinstance(tree, Unknown) else None
    return tree


def items(value: object) -> list[tuple[int, object]]:
    """The indexed items of a list; empty for anything else (ask `isinstance(value, Unknown)` first)."""
    return list(enumerate(value)) if isinstance(value, list) else []


@functools.lru_cache(maxsize=4096)
def path_text(path: Path) -> str:
    """`spec.containers[0].image`; keys that hold dots or brackets are quoted: `metadata.annotations['a.b/c']`."""
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            parts.append(f"[{step}]")
        elif "." in step or "[" in step or "/" in step or not step:
            parts.append(f"['{step}']")
        else:
            parts.append(f".{step}" if parts else step)
    return "".join(parts)
