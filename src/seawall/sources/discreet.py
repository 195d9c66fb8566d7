"""What a program says, without the credentials that it was given: a chart may print whatever value it does not like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_CREDENTIAL: Final = re.compile(r"pass(?!ive|through)|pwd|secret|token|credential|private|api[-_]?key", re.IGNORECASE)
"""Names below which a value may be a credential: one too many hides a word, one too few shows a password."""
_SHORTEST: Final = 4
"""Characters; shorter values stand in every sentence."""
_SEPARATORS: Final = re.compile(r"(?<!\\),")


def without_credentials(message: str, trees: Iterable[object]) -> str:
    """The message, with what stands below the name of a credential in one of the trees left out."""
    found = {text for tree in trees for text in _credentials(tree) if len(text) >= _SHORTEST}
    for text in sorted(found, key=len, reverse=True):
        message = message.replace(text, "(not shown)")
    return message


def assigned(assignments: Iterable[str]) -> dict[str, str]:
    """What `--set a.b=c,d=e` gives, by the names as they are written."""
    pairs = (part.partition("=") for text in assignments for part in _SEPARATORS.split(text))
    return {name: value for name, _, value in pairs}


def _credentials(tree: object, *, named: bool = False) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield from _credentials(value, named=named or _CREDENTIAL.search(str(key)) is not None)
    elif isinstance(tree, list):
        for item in tree:
            yield from _credentials(item, named=named)
    elif named and isinstance(tree, (str, int, float)) and not isinstance(tree, bool):
        yield str(tree)
