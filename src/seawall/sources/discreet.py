"""What a program says, without the credentials that it was given: a chart may print whatever value it does not like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

_CREDENTIAL: Final = re.compile(r"pass(?!ive|through)|pwd|secret|token|credential|private|api[-_]?key", re.IGNORECASE)
"""Names below which a value may be a credential: one too many hides a word, one too few shows a password."""
_SHORTEST: Final = 4
"""Characters; shorter values stand in every sentence."""
_LONG: Final = 16
"""Characters from which on a single word is more likely a secret than a word."""
_WORDS: Final = re.compile(r"[A-Za-z]+(?:[-_. ][A-Za-z]+)*|\d+")
"""Words and numbers, which may stand in any sentence; every other value has the shape of a secret."""
_SEPARATORS: Final = re.compile(r"(?<!\\),")


def without_credentials(message: str, trees: Iterable[object], names: Iterable[str] = ()) -> str:
    """The message, with what stands for a credential in one of the trees left out.

    That is every value whose own key says so, and further below such a key what has the shape of one. A value made of
    plain words is left out only where it stands alone, and nothing of `names` (charts) is.
    """
    found = {text for tree in trees for text in _credentials(tree) if len(text) >= _SHORTEST and text in message}
    if not found:
        return message
    hidden = "|".join(_alone(text) if _is_plain(text) else re.escape(text) for text in _longest_first(found))
    kept = "|".join(map(_alone, _longest_first({name for name in names if name}))) or "(?!)"
    return re.sub(f"({kept})|(?:{hidden})", lambda match: match[1] or "(not shown)", message)


def assigned(assignments: Iterable[str]) -> dict[str, str]:
    """What `--set a.b=c,d=e` gives, by the names as they are written."""
    pairs = (part.partition("=") for text in assignments for part in _SEPARATORS.split(text))
    return {name: value for name, _, value in pairs}


def _credentials(tree: object, *, named: bool = False, below: bool = False) -> Iterator[str]:
    """`named` says that the value's own key names a credential, `below` that a key further up does."""
    if isinstance(tree, dict):
        for key, value in tree.items():
            named_here = _CREDENTIAL.search(str(key)) is not None
            yield from _credentials(value, named=named_here, below=below or named or named_here)
    elif isinstance(tree, list):
        for item in tree:
            yield from _credentials(item, named=named, below=below)
    elif isinstance(tree, (str, int, float)) and not isinstance(tree, bool):
        text = str(tree)
        if named or (below and not _is_plain(text)):
            yield text


def _is_plain(text: str) -> bool:
    """Whether it is made of words that may stand in any sentence."""
    return _WORDS.fullmatch(text) is not None and all(len(word) < _LONG for word in re.split("[-_. ]", text))


def _alone(text: str) -> str:
    """The text where it is no part of a longer word."""
    return rf"(?<![\w-]){re.escape(text)}(?![\w-])"


def _longest_first(texts: Iterable[str]) -> list[str]:
    return sorted(texts, key=lambda text: (-len(text), text))
