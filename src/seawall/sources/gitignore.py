"""One line of a `.gitignore`, matched as git matches it, in time that no line and no name can blow up.

Source: https://git-scm.com/docs/gitignore, and what `git check-ignore` answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import msgspec

Segment = Callable[[str], object]
"""Whether one part of a path, between two slashes, is what a pattern says; the answer is truthy or not."""

_LONGEST: Final = 4096
"""Characters of a line: no path is longer on Linux."""
_TRIMMED: Final = re.compile(r"(?: *+(?:\\.?|[^ \\]))*+", re.DOTALL)
"""A line without the blanks at its end that no backslash keeps."""
_TOKEN: Final = re.compile(
    r"(?P<stars>\*+)|(?P<any>\?)|\\(?P<quoted>.)|(?P<plain>[^\[\\*?])"
    r"|\[(?P<flip>[!^]?)(?P<set>\]?+(?:\[:[a-z]*:\]|\\.|[^\]\\])*+)\]",
    re.DOTALL,
)
_MEMBER: Final = re.compile(
    r"\[:(?P<name>[a-z]*):\]|\\?(?P<low>.)(?:-(?!\Z)\\?(?P<high>.))?",
    re.DOTALL,
)
_CLASSES: Final = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Pattern(msgspec.Struct, frozen=True):
    """What one line says."""

    ignores: bool
    """False where it begins with `!`."""
    folders: bool
    """Whether it is about folders only."""
    runs: tuple[tuple[Segment, ...], ...]
    """The parts of the path it is about; between two runs there may be any number of others."""

    def matches(self, parts: Sequence[str], *, is_folder: bool) -> bool:
        """Whether it is about the path of these parts, counted from the folder of its file."""
        if self.folders and not is_folder:
            return False
        first, *others = self.runs
        if not others:
            return len(parts) == len(first) and _stands(first, parts, 0)
        *middle, last = others
        at, stop = len(first), len(parts) - len(last)
        if at > stop or not _stands(first, parts, 0) or not _stands(last, parts, stop):
            return False
        for run in middle:
            # The first place where a run fits leaves the most room for those behind it: nothing is tried twice.
            fits = (start for start in range(at, stop - len(run) + 1) if _stands(run, parts, start))
            found = next(fits, None)
            if found is None:
                return False
            at = found + len(run)
        return True


def _stands(run: Sequence[Segment], parts: Sequence[str], start: int) -> bool:
    return all(segment(part) for segment, part in zip(run, parts[start : start + len(run)], strict=True))


def parse(line: str) -> Pattern | None:
    """What a line says; None for a comment, an empty line, and one that can match nothing."""
    text = line.removesuffix("\r")
    if len(text) > _LONGEST or text.startswith("#"):
        return None
    trimmed = _TRIMMED.match(text)
    text = trimmed[0] if trimmed else ""
    ignores = not text.startswith("!")
    text = text.removeprefix("!")
    folders = text.endswith("/")
    text = text.removesuffix("/")
    globs = text.removeprefix("/").split("/")
    if globs == [""]:
        return None
    if "/" not in text:
        globs.insert(0, "**")
    if globs[-1] == "**":
        globs.append("*")  # all that is inside, not the folder itself
    runs = _runs(globs)
    return Pattern(ignores, folders, runs) if runs else None


def _runs(globs: Sequence[str]) -> tuple[tuple[Segment, ...], ...]:
    """The globs cut at each `**`; nothing where one of them can match nothing."""
    runs: list[list[Segment]] = [[]]
    for glob in globs:
        if glob == "**":
            runs.append([])
            continue
        segment = _segment(glob)
        if segment is None:
            return ()
        runs[-1].append(segment)
    return tuple(map(tuple, runs))


def _segment(glob: str) -> Segment | None:
    """None where the glob ends in the middle of a set or behind a backslash, which matches nothing."""
    pieces = [""]
    literal, end = "", 0
    while end < len(glob):
        token = _TOKEN.match(glob, end)
        if token is None:
            return None
        end = token.end()
        if token["stars"]:
            pieces.append("")
            continue
        plain = token["quoted"] or token["plain"]
        pieces[-1] += re.escape(plain) if plain else "." if token["any"] else _set(token)
        literal = f"{literal}{plain}" if plain else literal
    if len(literal) == len(glob):
        return literal.__eq__
    first, *others = pieces
    # A star takes as little as it can and gives nothing back, but for the last one: its piece stands at the end.
    text = first + "".join(f"(?>.*?{piece})" for piece in others[:-1]) + "".join(f".*{piece}" for piece in others[-1:])
    return re.compile(text, re.DOTALL).fullmatch


def _set(token: re.Match[str]) -> str:
    members = "".join(_members(token["set"]))
    if not members:
        return "." if token["flip"] else "(?!)"
    return f"[{'^' if token['flip'] else ''}{members}]"


def _members(text: str) -> Iterator[str]:
    for member in _MEMBER.finditer(text):
        low, high = member["low"], member["high"]
        if low is None:
            yield _CLASSES.get(member["name"], "")
        else:
            yield re.escape(low)  # a range that runs backwards still holds where it begins
            if high is not None and low < high:
                yield f"-{re.escape(high)}"
