"""What somebody may have meant who wrote a word that names nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz0123456789-."
"""What names of Kubernetes are made of."""


_LONGEST: Final = 253
"""No name of Kubernetes is longer (RFC 1123, section 2.1)."""
_MANY: Final = 1_000
"""With more words than this each takes too long to compare: a file may hold many questions that are wrong."""


def closest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """At most so many of the words that are most like one, the likest first; none where none is near.

    Of very many words only those count that are one slip away.
    """
    words = set(known)
    if len(word) > _LONGEST:
        return []
    if len(words) > _MANY:
        return sorted(_one_slip_away(word) & words)[:most]
    import difflib

    return difflib.get_close_matches(word, sorted(words), most)


def _one_slip_away(word: str) -> set[str]:
    """Every word that one letter more, less or other, or two in the other order, makes of one."""
    parts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    found = {head + tail[1:] for head, tail in parts} | {head + tail[1::-1] + tail[2:] for head, tail in parts}
    for letter in _LETTERS:
        found.update(head + letter + tail for head, tail in parts)
        found.update(head + letter + tail[1:] for head, tail in parts)
    return found


def did_you_mean(names: Iterable[object]) -> str:
    """`; did you mean 'a' or 'b'?`, to stand behind what is wrong; empty without any."""
    quoted = [f"'{name}'" for name in names]
    if not quoted:
        return ""
    return f"; did you mean {', '.join(quoted[:-1])}{' or ' if len(quoted) > 1 else ''}{quoted[-1]}?"
