"""What stands in place of a text that is not kept: which texts there are, and how one is known again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from seawall.model.secrets import ISSUED, KNOWN, NOTHING, PLAIN, RANDOM, Credential, shapes

STAND_IN: Final = re.compile(rf"(?:{ISSUED}\w+-|(?:{RANDOM}|{KNOWN}|{PLAIN}|{NOTHING}))(?:[0-9]+|[a-j]+)")
"""Of one credential; `secrets` takes it for what it stands for."""
FILLED_IN: Final = "${WITHHELD}"
"""Stands for a placeholder in what is not kept: a value that holds one is taken for text that is still to be made."""
NAMES: Final = {"a password": "password", "a token": "token", "a key": "apiKey", "a secret": "secret"}
"""Kind of a credential -> a name that gives one of that kind away."""
_LETTERS: Final = str.maketrans("0123456789", "abcdefghij")
_WORDS: Final = "|".join(NAMES.values())
_ALONE: Final = re.compile(
    rf"(?:--[\w.-]+=|-\w|\w+=)?(?:Authorization: )?(?:Bearer |Basic )?"
    rf"(?:curl -u x:|x --\w+ )?(?:- )?(?:see )?(?:\w+://user:)?(?:(?:{_WORDS})(?:=|: ))?"
    rf"(?:{STAND_IN.pattern}|redacted|{re.escape(FILLED_IN)})"
    rf"(?:@[\w.\[\]:-]+)?(?: ?{re.escape(FILLED_IN)})?(?:\n-)?(?:; (?:sshd|dropbear))?(?:; until=[0-9-]+)?"
)


def is_stand_in(text: str) -> bool:
    """Whether a text is wholly one that stands in place of another."""
    return _ALONE.fullmatch(text) is not None


def stand_ins(found: Iterable[Credential], number: int) -> Iterator[str]:
    """Texts that may be taken for some credentials, the plainest first; the first is taken for none."""
    yield f"{NOTHING}{number}"
    kinds = list(dict.fromkeys(found))
    sure = [start for each in kinds if each.sure for start in _starts(each)]
    yield from (f"{start}{number}" for start in sure)
    if any(each.sure for each in kinds):
        yield f"address://user:{PLAIN}{number}@host"
    names = [name for kind, name in NAMES.items() if any(each.kind.startswith(kind) for each in kinds)]
    # The word of a script without a digit is taken for prose, so that some stand-ins have none.
    written = (str(number), str(number).translate(_LETTERS))
    texts = [f"{start}{each}" for each in written for start in (PLAIN, RANDOM, KNOWN)]
    yield from texts
    yield from (f"curl -u x:{text}" for text in texts)
    for start in ("Basic ", "Bearer ", "Authorization: Basic ", "Authorization: Bearer "):
        yield from (start + text for text in [f"{PLAIN}{number}", *(f"{each}{number}" for each in sure)])
    yield from (f"x --{name} {text}" for name in names for text in texts)
    texts.extend(f"{start}{number}" for start in sure)
    for before, between in (("", "="), ("- ", "="), ("see ", ": "), ("", ": "), ("address://user:", "=")):
        yield from (before + name + between + text for name in [*names, *NAMES.values()] for text in texts)


def _starts(found: Credential) -> list[str]:
    return list(dict.fromkeys(shape.stand_in for shape in shapes() if shape.kind == found.kind))
