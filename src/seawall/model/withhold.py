"""Puts stand-ins in the place of credentials, and of what may be one, so that an object can be kept or passed on.

A text is kept whole or not at all: where a credential ends, only its owner knows. What Seawall finds of an object with
stand-ins is what it finds of the object, since each is chosen by asking for it what the rules ask for the text.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from seawall.core import Path, Unknown
from seawall.inventory.placeholders import has_placeholder, placeholders
from seawall.model.commandlines import after, credential_at
from seawall.model.secrets import (
    NOTHING,
    Credential,
    credential,
    credential_in,
    credential_in_header,
    credential_in_secret,
    named,
    secret_text,
)
from seawall.model.spots import Spot, root
from seawall.model.stand_ins import FILLED_IN, STAND_IN, is_stand_in, stand_ins
from seawall.model.suspicion import is_glued_password, is_secret_name, looks_drawn, may_be_secret, takes_secrets

_NUMBER: Final = "0123456789abcdefghij"
_APPLIED: Final = re.compile(r"last-applied|objectset\.rio\.cattle\.io/applied")
"""Annotations that hold the whole object once more, Secrets' values included."""
_CONTENT: Final = frozenset({"data", "stringData"})
_SECRET_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})
"""What of a Secret is no content."""
_BEFORE: Final = re.compile(r"--[A-Za-z][\w.-]*=")
"""What of a word of a command line says of which flag it is the value."""
_SERVER: Final = re.compile(r"(?:^|[/\s;&|])(sshd|dropbear)(?:$|[\s;&|])")
"""Programs that a rule finds on a command line."""
_RELAXATIONS: Final = (
    "seawall.dev/relax.",
    "ignore-check.kube-linter.io/",
    "kube-linter.io/",
    "checkov.io/skip",
    "bridgecrew.io/skip",
)
"""Annotations whose values are reasons: prose, which may speak of passwords."""
_HEAD: Final = re.compile(
    r"\s*(?:seawall:\s*relax\b\s*(?:[a-z0-9-]+(?:\s*,\s*[a-z0-9-]+)*)?|checkov:skip=CKV\w+:?|trivy:ignore:[\w-]+)"
)
"""What of a comment says which findings it accepts."""
_HOST: Final = re.compile(r"^([a-z][a-z0-9+.-]*://)[^/]*(@[\w.-]+(?::\d+)?)(?=[/?#]|$)", re.IGNORECASE)
_CHECK: Final = re.compile(r"CKV\w+=")
_UNTIL: Final = re.compile(r"\buntil[\s=:]+(?:the\s+)?(\d{4}-\d\d?-\d\d?)(?!\d)", re.IGNORECASE)
_SHORT: Final = 200
"""Characters of a text that is remembered."""
_NO_TEXT: Final = "/w=="
"""A byte that is no text, in base64."""
_Answers = tuple[object, ...]
_Judge = Callable[[str], _Answers]


class _Asked(NamedTuple):
    """What is asked of a text."""

    judge: _Judge
    """What rules find."""
    doubt: bool
    """Whether it may be a credential whatever they find."""
    before: _Answers | None = None
    """What they found where another word stood before this one; None for the same."""
    around: tuple[str, str] = ("", "")
    """What may stay before and behind what is withheld, since it is none of it."""


class Withholder:
    """Replaces credentials, and what may be one, in the objects of an estate; numbers them: equal ones stay equal."""

    def __init__(self) -> None:
        """Has seen none."""
        self._numbers: dict[str, int] = {}
        self._kept: set[tuple[str, Spot]] = set()
        self.count = 0
        """How many values were withheld so far."""

    def tree(self, value: Any, spot: Spot | None = None) -> Any:
        """A copy of what stands at a spot, less what is withheld; None for a whole object."""
        spot = spot or root(value)
        if isinstance(value, dict):
            return self._mapping(value, spot)
        if isinstance(value, list):
            if spot.free and any(isinstance(item, str) for item in value):
                return self._words(value, spot)
            return [self.tree(item, spot.item(item)) for item in value]
        if isinstance(value, str):
            return self._leaf(value, spot)
        return self._number_leaf(value, spot) if isinstance(value, int | float) else value

    def text(self, value: str, *names: str) -> str:
        """A text that may say anything and stands under some names."""
        return self._decided(value, _Asked(lambda text: _found(text, names), may_be_secret(value, *names)))

    def comment(self, value: str) -> str:
        """What a relaxation says: its reason may speak of passwords, and may hold none."""
        head = _HEAD.match(value)
        start = head[0] if head else ""
        if not _tells(value[len(start) :]) or is_stand_in(value[len(start) :].strip()):
            return value
        until = _UNTIL.search(value)
        return self._count(f"{start} {NOTHING}{self._numbered(value)}{f' until={until[1]}' if until else ''}")

    def _gone(self, value: Any) -> Any:
        """The same form without content."""
        if isinstance(value, dict):
            return {key: self._gone(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._gone(item) for item in value]
        if isinstance(value, str):
            return (
                value
                if _is_only_a_placeholder(value) or is_stand_in(value)
                else self._count(f"{NOTHING}{self._numbered(value)}")
            )
        if isinstance(value, bool) or value is None:
            return value and False
        if isinstance(value, int | float):
            return type(value)(0)
        return Unknown("", value.why) if isinstance(value, Unknown) else None

    def _count(self, text: str) -> str:
        self.count += 1
        return text

    def _numbered(self, value: str) -> int:
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    def _number_leaf(self, value: float, spot: Spot) -> int | float:
        if isinstance(value, bool) or not value:
            return value
        is_secret = spot.free and any(map(is_secret_name, spot.names))
        if not is_secret and not any(named(name, str(value)) for name in spot.names):
            return value
        self.count += 1
        return type(value)(0)

    def _leaf(self, value: str, spot: Spot) -> str:
        # A fleet says the same thing in many places.
        if (value, spot) in self._kept:
            return value
        kept = self._replaced(value, spot)
        if kept == value and len(value) < _SHORT:
            self._kept.add((value, spot))
        return kept

    def _replaced(self, value: str, spot: Spot) -> str:
        names = spot.names
        if spot.annotation:
            return self._annotation(spot.annotation, value)
        if spot.binary:
            return self._binary(value, names)
        # Where only the API gives a meaning, a rule may read the host of an address.
        host = None if spot.free else _HOST.search(value)
        doubt = spot.free and may_be_secret(value, *names, *spot.beside)
        around = (f"{host[1]}user:", host[2]) if host else ("", "")
        return self._decided(value, _Asked(lambda text: _found(text, names), doubt, around=around))

    def _annotation(self, key: str, value: str) -> str:
        names = (key.rpartition("/")[2], key)

        def judge(text: str) -> _Answers:
            return _found(text, names)

        if _APPLIED.search(key):
            return self._decided(value, _Asked(judge, doubt=True))
        if key.startswith(_RELAXATIONS):
            check = _CHECK.match(value)
            return self._decided(value, _Asked(judge, _tells(value), around=(check[0] if check else "", "")))
        return self._decided(value, _Asked(judge, may_be_secret(value, *names)))

    def _binary(self, value: str, names: tuple[str, ...]) -> str:
        try:
            held = base64.b64decode(value).decode()
        except (binascii.Error, UnicodeDecodeError):
            # What is no text may be a keystore; what is no base64 was a Problem, and must be one again.
            nothing = _NO_TEXT if _is_base64(value) else f"{NOTHING}{self._numbered(value)}"
            return value if value == _NO_TEXT or is_stand_in(value) else self._count(nothing)
        kept = self.text(held, *names)
        return value if kept == held else base64.b64encode(kept.encode()).decode()

    def _words(self, words: list[Any], spot: Spot) -> list[Any]:
        """A list with texts, each of which may be read as a word of a command line."""
        kept: list[Any] = []
        before, now, beside = ("", ""), ("", ""), ""
        taking = False
        for word in words:
            if not isinstance(word, str):
                kept.append(self.tree(word, spot.item(word)))
                before, now, beside = (before[0], ""), (now[0], ""), ""
                continue
            near = (*spot.beside, beside, "password" if taking else "")
            kept.append(self._word(word, spot, (*before, *now), near))
            taking = taking or takes_secrets(word)
            before, now = after(before[0], word), after(now[0], kept[-1])
            beside = word if not any(map(str.isspace, word)) and "=" not in word else ""
        return kept

    def _word(self, word: str, spot: Spot, behind: tuple[str, str, str, str], near: tuple[str, ...]) -> str:
        """A word; `behind` is the program and the flag behind which it stood, and behind which it stands now."""
        is_flag = word.startswith("-")
        names = spot.names if is_flag else (*spot.names, *near)
        start = _BEFORE.match(word)
        before = start[0] if start and not looks_drawn(start[0][:-1]) else ""
        # A flag is a name; a text behind it is what may be secret.
        bare, about = (word[len(before) :], (*names, before.rstrip("="))) if before else (word, names)
        is_plain_flag = is_flag and not before and re.fullmatch(r"--?[A-Za-z][A-Za-z0-9-]*", word) is not None
        doubt = is_glued_password(word) or (looks_drawn(word) if is_plain_flag else may_be_secret(bare, *about))

        def judge(text: str, program: str = behind[2], flag: str = behind[3]) -> _Answers:
            return credential_at(program, flag, text), *_found(text, spot.names)

        wanted = judge(word, *behind[:2])
        before = before or (word[:2] if is_glued_password(word) else "")
        return self._decided(word, _Asked(judge, doubt, wanted, (before, "")))

    def _decided(self, value: str, asked: _Asked) -> str:
        """The text where nothing of it is or may be a credential, else what is found to be the same."""
        if is_stand_in(value) or _is_only_a_placeholder(value):
            return value
        found = asked.judge(value)
        wanted = found if asked.before is None else asked.before
        if not asked.doubt and found == wanted and not any(_credentials(wanted)):
            return value
        return self._count(self._like(value, asked, wanted))

    def _like(self, value: str, asked: _Asked, wanted: _Answers) -> str:
        """A text of which nothing was known before and of which the same is found."""
        found = [*_credentials(wanted)]
        server = _SERVER.search(value)
        until = _UNTIL.search(value)
        after_it = (f"; {server[1]}" if server else "") + (f"; until={until[1]}" if until else "")
        lines = "\n-" if "\n" in value.strip() else ""
        filled = (f" {FILLED_IN}", FILLED_IN) if has_placeholder(value) else ("",)
        for start, behind in dict.fromkeys((asked.around, ("", ""))):
            for text in stand_ins(found, self._numbered(value)):
                for end in filled if not (behind and "://" in text) else ():
                    made = f"{start}{text}{behind}{end}{lines}{after_it}"
                    if asked.judge(made) == wanted:
                        return made
        return f"{NOTHING}{self._numbered(value)}"

    def _mapping(self, value: dict[str, Any], spot: Spot) -> dict[str, Any]:
        kind = value.get("kind")
        if kind == "Secret" and _is_secret(value):
            return self._secret(value)
        if kind == "SecretList" and isinstance(value.get("items"), list):
            items = [self._secret(item) if isinstance(item, dict) else self._gone(item) for item in value["items"]]
            return {**self.tree({k: v for k, v in value.items() if k != "items"}), "items": items}
        return {key: self.tree(item, spot.into(value, key, item)) for key, item in value.items()}

    def _secret(self, value: dict[str, Any]) -> dict[str, Any]:
        """The keys of a Secret stay, of its values nothing."""
        # A policy that makes Secrets says of what name, and where, beside their data.
        is_made = "name" in value and "metadata" not in value
        spot = Spot()
        return {
            key: self.tree(item, spot.into(value, key, item))
            if key in _SECRET_FIELDS or (is_made and key not in _CONTENT)
            else self._content(key, item)
            for key, item in value.items()
        }

    def _content(self, field: str, value: Any) -> Any:
        if field not in _CONTENT or not isinstance(value, dict):
            return self._gone(value)
        return {
            key: self._value(field, key, item) if isinstance(item, str) else self._gone(item)
            for key, item in value.items()
        }

    def _value(self, field: str, key: str, value: str) -> str:
        if _is_only_a_placeholder(value):
            return value
        if field == "stringData":
            return self._of_secret(key, value)
        text = secret_text(value)
        held = self._of_secret(key, text)
        if has_placeholder(value):
            return held if has_placeholder(held) else f"{held} {FILLED_IN}"
        # What is no base64 was a Problem, and must be one again.
        return base64.b64encode(held.encode()).decode() if _is_base64(value) else f"{held}\n(no base64)"

    def _of_secret(self, key: str, text: str) -> str:
        def judge(text: str) -> _Answers:
            return credential_in_secret(key, text), has_placeholder(text)

        return self._decided(text, _Asked(judge, doubt=True))


def _found(text: str, names: tuple[str, ...]) -> _Answers:
    """All that rules ask of a text that stands under some names."""
    beside = [each for name in names for each in (credential(name, text), credential_in_header(name, text))]
    return credential_in(text), *beside, "\n" in text.strip(), has_placeholder(text)


def _credentials(found: _Answers) -> Iterator[Credential]:
    yield from (each for each in found if isinstance(each, Credential))


_TOLD: Final = re.compile(r"(?:pass\w{0,20}|pwd|secret|token|\bpin|key)\s*(?:[=:]|\bis\b)\s*\S", re.IGNORECASE)


def _tells(prose: str) -> bool:
    """Whether a sentence not only speaks of a secret but may tell one: `the password is x`, `token: x`."""
    return credential_in(prose) is not None or looks_drawn(prose) or _TOLD.search(prose) is not None


_REFERENCE: Final = re.compile(r"\$\{\{?[\w.\s]*\}?\}|\$[A-Z_][A-Z0-9_]*|[\w.\s|{}<>%@()\[\]#$-]+")
_DEFAULT: Final = re.compile(r"default|\$\{[^}]*-|(?:\|\||\bor\b)")


def _is_only_a_placeholder(value: str) -> bool:
    """Whether a text is one placeholder, in which no content can stand: a default, or a text that is encoded."""
    is_one = placeholders(value) == ((0, len(value)),) and _REFERENCE.fullmatch(value) is not None
    return is_one and not _DEFAULT.search(value) and not looks_drawn(value)


def _is_secret(value: dict[str, Any]) -> bool:
    """Whether a mapping that is called a Secret is one, and does not only refer to one."""
    holds = not value.keys().isdisjoint(("metadata", "data", "stringData"))
    return "/" not in str(value.get("apiVersion", "")) and (holds or ("apiVersion" in value and "name" not in value))


def without_credentials(value: Any, path: Path, tree: dict[str, Any]) -> Any:
    """A value of an object less what a snapshot withholds: the same for what differs in it alone, or has stand-ins.

    `path` is where it stands in the object, `tree`.
    """
    spot = root(tree)
    inner: Any = tree
    for step in path:
        if isinstance(step, str) and isinstance(inner, dict):
            spot = spot.into(inner, step, dict.get(inner, step))
            inner = dict.get(inner, step)
        elif isinstance(step, int) and isinstance(inner, list) and step < len(inner):
            inner = inner[step]
            spot = spot.item(inner)
        else:
            break
    return _unnumbered(Withholder().tree(value, spot))


def _unnumbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unnumbered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unnumbered(item) for item in value]
    return STAND_IN.sub(lambda found: found[0].rstrip(_NUMBER), value) if isinstance(value, str) else value


def _is_base64(value: str) -> bool:
    try:
        binascii.a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return False
    return True
