"""What somebody may have meant who wrote a word that names nothing."""

from __future__ import annotations

from collections.abc import Iterable


def closest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """At most so many of the words that are most like one, the likest first; none where none is near."""
    import difflib

    return difflib.get_close_matches(word, sorted(set(known)), most)


def did_you_mean(names: Iterable[object]) -> str:
    """`; did you mean 'a' or 'b'?`, to stand behind what is wrong; empty without any."""
    quoted = [f"'{name}'" for name in names]
    if not quoted:
        return ""
    return f"; did you mean {', '.join(quoted[:-1])}{' or ' if len(quoted) > 1 else ''}{quoted[-1]}?"
