"""Puts stand-ins in the place of credentials, so that an object can be kept or passed on.

What Seawall finds of an object with stand-ins is what it finds of the object: each stand-in says of which kind the
credential was, and equal credentials have equal stand-ins. All that `secrets` and `commandlines` recognise is
replaced, and every value of a Secret whatever it looks like.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from seawall.core import Unknown
from seawall.inventory.placeholders import has_placeholder, placeholders
from seawall.model.commandlines import Hide, hidden_words
from seawall.model.secrets import (
    ISSUED,
    KNOWN,
    PLAIN,
    RANDOM,
    Credential,
    assignments,
    credential,
    credential_in,
    credential_in_secret,
    is_known,
    is_sensitive,
    login_in_header,
    looks_random,
    may_hold_a_credential,
    named,
    passwords_in_addresses,
    secret_text,
    shapes,
)
from seawall.model.telling import told_beside

_STAND_IN: Final = re.compile(rf"(?:{ISSUED}\w+-|(?:{RANDOM}|{KNOWN}|{PLAIN}))(?:[0-9]+|[a-j]+)")
_KEY_END: Final = re.compile(r"-----END[^-\n]*-----|\Z")
_NUMBER: Final = "0123456789abcdefghij"
_LETTERS: Final = str.maketrans("0123456789", "abcdefghij")
NOTHING_HELD: Final = "redacted"
"""What a value becomes that is no credential and is not kept all the same; `secrets` takes the word for none."""
_FILLED_IN: Final = "${WITHHELD}"
"""Stands for a placeholder in what is not kept: a value that holds one is taken for text that is still to be made."""
_APPLIED: Final = re.compile(r"last-applied|objectset\.rio\.cattle\.io/applied")
"""Annotations that hold the whole object once more, Secrets' values included."""
_CONTENT: Final = frozenset({"data", "stringData"})
_SECRET_FIELDS: Final = frozenset({"apiVersion", "kind", "metadata", "type", "immutable"})
"""What of a Secret is no content."""
_NAMES: Final = {"a password": "password", "a token": "token", "a key": "apiKey", "a secret": "secret"}
"""Kind of a credential -> a name that gives one of that kind away."""


class Withholder(Hide):
    """Replaces the credentials of the objects of one estate; it counts them, so that equal ones stay equal."""

    def __init__(self) -> None:
        """Has seen none."""
        self._numbers: dict[str, int] = {}

    def tree(self, value: Any, key: str = "") -> Any:
        """A copy of a tree, less its credentials; `key` is what the tree stands under."""
        if isinstance(value, dict):
            return self._mapping(value, key)
        if isinstance(value, list):
            texts = [item if isinstance(item, str) else None for item in value]
            words = hidden_words(texts, self) if any(texts) else texts
            return [
                self.tree(item, key) if word is None else self.text(word, key)
                for item, word in zip(value, words, strict=True)
            ]
        return self.leaf(value, key)

    def leaf(self, value: Any, *names: str) -> Any:
        """A scalar that stands under some names."""
        if isinstance(value, str):
            return self.text(value, *names)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        return type(value)(0) if is_number and any(named(name, str(value)) for name in names) else value

    def text(self, value: str, *names: str) -> str:
        """A text that stands under some names."""
        if not may_hold_a_credential(value):
            return self._under(names, value, value)
        text = self._without_shapes(value)
        text = self._replaced(text, [*passwords_in_addresses(text)])
        text = self._replaced(text, [(start, end) for start, end, _ in assignments(text)])
        beside = [span for span in told_beside(text) if not _STAND_IN.search(text, *span)]
        text = self._under(names, value, self._replaced(text, _apart(beside)))
        return text if text == value or _is_taken_for(text, value, names) else self._whole(value, *names[-1:])

    def _whole(self, value: str, name: str = "") -> str:
        """A text in place of one in which several credentials lie over each other, or are taken for others' names."""
        if found := credential(name, value):
            return self._of_kind(found, name, value)
        found = credential_in(value)
        # Behind a word it is prose, of which nothing is found where a name is known.
        return self._of_kind(found, "", value).replace("- ", "see ").replace("=", ": ") if found else NOTHING_HELD

    def _under(self, names: tuple[str, ...], value: str, text: str) -> str:
        """A value that became `text` and stands under some names."""
        if any(named(name, value) for name in names):
            return self.stand_in(text, value)
        # No credential to `secrets`, and maybe one to people: a sentence, or text around a placeholder.
        if not any(map(is_sensitive, names)) or _is_only_a_placeholder(value):
            return text
        is_whole = text == value and not _STAND_IN.search(value)
        if has_placeholder(value) and (is_whole or ISSUED in text):
            return _issued_in(text) + _FILLED_IN
        is_whole = is_whole and " " in value.strip()
        return _issued_in(text) or (NOTHING_HELD if is_whole else text)

    def header(self, name: str, value: str) -> str:
        """The value of an HTTP header."""
        login = login_in_header(name, value)
        return value.replace(login, self.stand_in(login)) if login else self.text(value, name)

    def stand_in(self, value: str, whole: str = "") -> str:
        """What stands in place of a value; `whole` is it before anything of it was replaced, empty for the same."""
        if issued := _issued_in(value):
            return issued
        if _STAND_IN.fullmatch(value):
            return value
        whole = whole or value
        start = KNOWN if is_known(whole) else RANDOM if looks_random(whole) else PLAIN
        number = str(self._number(whole))
        # A word of a script without a digit is taken for prose: the stand-in of one must have none either.
        return start + (number if any(map(str.isdigit, whole)) else number.translate(_LETTERS))

    def _number(self, value: str) -> int:
        return self._numbers.setdefault(value, len(self._numbers) + 1)

    def _without_shapes(self, text: str) -> str:
        parts: list[str] = []
        at = 0
        for start, end, stand_in in _issued_spans(text):
            parts.extend((text[at:start], f"{stand_in}{self._number(text[start:end])}"))
            at = end
        return "".join((*parts, text[at:]))

    def _replaced(self, text: str, spans: Sequence[tuple[int, int]]) -> str:
        parts: list[str] = []
        at = 0
        for start, end in spans:
            parts.extend((text[at:start], self.stand_in(text[start:end])))
            at = end
        return "".join((*parts, text[at:]))

    def _mapping(self, value: dict[str, Any], key: str) -> dict[str, Any]:
        kind = value.get("kind")
        if kind == "Secret" and _is_secret(value):
            return self._secret(value)
        if kind == "SecretList" and isinstance(value.get("items"), list):
            items = [self._secret(item) if isinstance(item, dict) else self._gone(item) for item in value["items"]]
            return {**self.tree({k: v for k, v in value.items() if k != "items"}), "items": items}
        if key in ("annotations", "binaryData"):
            ask = self._annotation if key == "annotations" else self._binary
            return {
                name: ask(name, item) if isinstance(item, str) else self.tree(item, name)
                for name, item in value.items()
            }
        return dict(self._members(value))

    def _members(self, value: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        name = value.get("name")
        for key, item in value.items():
            if key == "value" and isinstance(name, str) and isinstance(item, list):
                yield key, self.tree(item, name)
            elif key == "value" and isinstance(name, str) and not isinstance(item, dict):
                yield (
                    key,
                    self.header(name, self.text(item, key, name)) if isinstance(item, str) else self.leaf(item, name),
                )
            else:
                yield key, self.tree(item, key)

    def _annotation(self, key: str, value: str) -> str:
        name = key.rpartition("/")[2]
        if _APPLIED.search(key):
            found = credential(name, value)
            return self._of_kind(found, name, value) if found else NOTHING_HELD
        return self.text(value, name, key)

    def _binary(self, key: str, value: str) -> str:
        try:
            held = base64.b64decode(value).decode()
        except (binascii.Error, UnicodeDecodeError):
            return value
        kept = self.text(held, key)
        return value if kept == held else base64.b64encode(kept.encode()).decode()

    def _secret(self, value: dict[str, Any]) -> dict[str, Any]:
        """The keys of a Secret stay, of its values nothing."""
        # A policy that makes Secrets says of what name, and where, beside their data.
        is_made = "name" in value and "metadata" not in value
        return {
            key: self.tree(item, key)
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
        text = secret_text(value) if field == "data" else value
        found = credential_in_secret(key, text)
        held = self._of_kind(found, key, text) if found else NOTHING_HELD
        if has_placeholder(value):
            return f"{held} {_FILLED_IN}"
        if field == "stringData":
            return held
        # What is no base64 was a Problem, and must be one again.
        return base64.b64encode(held.encode()).decode() if _is_base64(value) else f"{held}\n(no base64)"

    def _of_kind(self, found: Credential, name: str, value: str) -> str:
        """A text in which the same is found under the same name as in a value of which nothing is kept."""
        if "\n" in value.strip():
            # Lines are read without a name.
            return self._of_kind(found, "", value.replace("\n", " ")) + "\n-"
        shape = next((shape for shape in shapes() if found.sure and shape.kind == found.kind), None)
        if shape is not None:
            return f"{shape.stand_in}{self._number(value)}"
        if found.sure:
            return f"address://user:{self.stand_in(value)}@host"
        stand_in = self.stand_in(value)
        if name and credential_in_secret(name, stand_in) == found:
            return stand_in
        start = KNOWN if found.kind.partition(" that ")[1] else RANDOM
        # With a blank in it, no text is a credential because of the name that it stands under itself.
        return f"- {_NAMES.get(found.kind.partition(' that ')[0], 'secret')}={start}{self._number(value)}"

    def _gone(self, value: Any) -> Any:
        """The same form without content."""
        if isinstance(value, dict):
            return {key: self._gone(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._gone(item) for item in value]
        if isinstance(value, str):
            return value if _is_only_a_placeholder(value) else NOTHING_HELD
        if isinstance(value, bool) or value is None:
            return value and False
        if isinstance(value, int | float):
            return type(value)(0)
        return Unknown("", value.why) if isinstance(value, Unknown) else None


_REFERENCE: Final = re.compile(r"[\w.\s|${}<>%@()\[\]#-]+")


def _is_only_a_placeholder(value: str) -> bool:
    """Whether a text is one placeholder, in which no content can stand: a default, or a text that is encoded."""
    return placeholders(value) == ((0, len(value)),) and _REFERENCE.fullmatch(value) is not None


def _is_secret(value: dict[str, Any]) -> bool:
    """Whether a mapping that is called a Secret is one, and does not only refer to one."""
    holds = not value.keys().isdisjoint(("metadata", "data", "stringData"))
    return "/" not in str(value.get("apiVersion", "")) and (holds or ("apiVersion" in value and "name" not in value))


def _is_taken_for(text: str, value: str, names: Iterable[str]) -> bool:
    """Whether the same is found in both, under each of the names and under none."""
    is_same = credential_in(text) == credential_in(value)
    return is_same and all(credential(name, text) == credential(name, value) for name in names)


def _issued_spans(text: str) -> list[tuple[int, int, str]]:
    """Where credentials of issuers' shapes start and end, and how the stand-in of each begins.

    Where some lie over each other it is that of the most telling for all of them.
    """
    found: list[tuple[int, int, int, str]] = []
    for order, shape in enumerate(shapes()):
        if shape.found_in(text):
            key = shape.kind == "a private key"
            found.extend(
                (match.start(), _key_end(text, match.end()) if key else match.end(), order, shape.stand_in)
                for match in shape.pattern.finditer(text)
            )
    merged: list[tuple[int, int, int, str]] = []
    for start, end, order, stand_in in sorted(found):
        if merged and start < merged[-1][1]:
            first, last = merged[-1][:2]
            best = min(merged[-1][2:], (order, stand_in))
            merged[-1] = (first, max(last, end), *best)
        else:
            merged.append((start, end, order, stand_in))
    return [(start, end, stand_in) for start, end, _, stand_in in merged]


def _key_end(text: str, start: int) -> int:
    """Where a private key ends whose beginning is known: with its last line, or where the text does."""
    found = _KEY_END.search(text, start)
    return found.end() if found else len(text)


def _issued_in(text: str) -> str:
    """The most telling of the stand-ins for an issuer's credential in a text; empty where it holds none."""
    if ISSUED not in text:
        return ""
    found = (re.search(re.escape(shape.stand_in) + "[0-9]+", text) for shape in shapes() if shape.stand_in in text)
    return next((match[0] for match in found if match), "")


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The spans in order, those left out that lie over an earlier one."""
    kept: list[tuple[int, int]] = []
    for span in sorted(spans):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return kept


def without_credentials(value: Any, key: str) -> Any:
    """A value less its credentials: the same for all that differ in these alone, and for what has stand-ins."""
    return _unnumbered(Withholder().tree(value, key))


def _unnumbered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unnumbered(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unnumbered(item) for item in value]
    return _STAND_IN.sub(lambda found: found[0].rstrip(_NUMBER), value) if isinstance(value, str) else value


def _is_base64(value: str) -> bool:
    try:
        binascii.a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return False
    return True
