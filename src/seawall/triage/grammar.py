"""How relaxations are written: Seawall's annotations and comments, and those of kube-linter, Checkov and Trivy."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seawall.data.foreign_checks import foreign_checks, trivy_check

MARKERS: Final = ("seawall", "Seawall", "checkov:skip=", "trivy:ignore:")
"""A text that holds none of these holds no comment of any of them."""
PREFIXES: Final = (
    "seawall.dev/relax.",
    "ignore-check.kube-linter.io/",
    "kube-linter.io/ignore-all",
    "checkov.io/skip",
    "bridgecrew.io/skip",
)
"""Annotations that begin otherwise are none of them."""

_COMMENT: Final = re.compile(r"(?:^|\s)#+\s*(?=(?:seawall:|checkov:skip=|trivy:ignore:))(?P<text>.*)")
_RULE: Final = r"[a-z0-9]+(?:-[a-z0-9]+)+"
_NEARLY: Final = re.compile(
    r"(?i:seawall)(?:\s*(?P<mark>[:=-])\s*|\s+)"
    r"(?:relax|relaxed|ignore|skip|disable|suppress|allow|accept|exclude)(?![\w-])"
    rf"[\s:=(\[]*(?P<rules>{_RULE}(?:\s*,\s*{_RULE})*)?(?P<rest>.*)"
)
"""What somebody wrote who meant `seawall: relax`: such a word, and a rule's name behind it."""
_NEARLY_COMMENT: Final = re.compile(rf"(?:^|\s)#+\s*(?P<text>{_NEARLY.pattern})")
_OWN: Final = re.compile(r"seawall:\s*relax\b\s*(?P<rules>[\w-]+(?:\s*,\s*[\w-]+)*)?(?P<rest>.*)")
_OWN_UNTIL: Final = re.compile(r"(?:^|\s)until=(\S*)")
_UNTIL_AT_END: Final = re.compile(r"(?:;|\A)\s*+until[\s=]+(\S{1,1000}+)\s*+\Z")
"""What ends a reason; nothing in it is tried twice, so that a long value costs no more than its length."""
_UNTIL_DAY: Final = re.compile(r"\buntil[\s=:]+(?:the\s+)?(\d{4}-\d\d?-\d\d?)(?!\d)", re.IGNORECASE)
"""A last day that stands in the middle of a reason: whoever wrote it did not accept for ever."""
_CHECKOV: Final = re.compile(r"checkov:skip=(?P<checks>CKV\w+(?:\s*,\s*CKV\w+)*)(?::\s*(?P<reason>.*))?")
_TRIVY: Final = re.compile(r"trivy:ignore:(?P<check>[\w*-]+)(?P<rest>(?::[a-z]+:[\w.-]+)*)")
_TRIVY_UNTIL: Final = re.compile(r":exp:([\w.-]+)")


class Said(msgspec.Struct, frozen=True):
    """What one annotation or comment says."""

    by: str
    rules: tuple[str, ...]
    """As written for Seawall's own; for a foreign check, the rules that find the same: none where none does."""
    reason: str = ""
    until: str = ""
    whole: bool = False
    """A comment that is meant for the whole object, wherever it stands in it."""
    instead: str = ""
    """What to write in place of a comment that only looks like a relaxation, and is none."""
    strange: tuple[str, ...] = ()
    """Checks of another scanner that it names, and that no rule finds the same as: it does nothing for them."""


class Comment(msgspec.Struct, frozen=True):
    """What a comment says, and where it stands in its file: lines and columns count from 1."""

    said: Said
    line: int
    column: int
    end_column: int
    target: int
    """The line that it is about: its own, or the next one with content where it stands alone."""
    end: int
    """The line before which what it is about ends: that after its own, or the document's end for one at its head."""


def in_annotation(key: str, value: str) -> Iterator[Said]:
    """What an annotation says, which is nothing for most."""
    head, _, tail = key.partition("/")
    if key.startswith("seawall.dev/relax."):
        found = _UNTIL_AT_END.search(value)
        until = found[1] if found else day_in(value)
        reason = value[: found.start()] if found else value
        yield Said("annotation", (tail.removeprefix("relax."),), reason.strip(), until)
    elif head == "ignore-check.kube-linter.io":
        yield _foreign("kube-linter", (tail,), value)
    elif key == "kube-linter.io/ignore-all":
        yield Said("kube-linter", foreign_checks().all_rules("kube-linter"), value.strip())
    elif head in ("checkov.io", "bridgecrew.io") and tail.startswith("skip"):
        check, _, reason = value.partition("=")
        yield _foreign("checkov", (check.strip(),), reason)


def day_in(reason: str) -> str:
    """The first day in a reason until which it holds: `until 2027-01-31`; empty where there is none."""
    day = _UNTIL_DAY.search(reason)
    return day[1] if day else ""


def _foreign(scanner: str, checks: Iterable[str], reason: str, *, whole: bool = False) -> Said:
    table = {check: foreign_checks().rules(scanner, check) for check in checks}
    strange = tuple(check for check, rules in table.items() if check and not rules)
    return Said(scanner, tuple(itertools.chain(*table.values())), reason.strip(), whole=whole, strange=strange)


def in_comments(lines: list[str], first: int) -> Iterator[Comment]:
    """What the comments of a text say; `first` is the number of its first line."""
    head = True
    following = _following(lines) if any("#" in line for line in lines) else []
    for index, line in enumerate(lines):
        bare = line.strip()
        if bare.startswith("---"):
            head = True
        elif bare and not bare.startswith("#"):
            head = False
        if "#" not in line or not (match := _COMMENT.search(line) or _NEARLY_COMMENT.search(line)):
            continue
        start = line.index("#", match.start())
        content, document_end = following[index]
        target = index if line[:start].strip() else content
        end = document_end if head and target > index else target + 1
        for said in _sayings(match["text"].rstrip()):
            yield Comment(said, first + index, start + 1, len(line.rstrip()) + 1, first + target, first + end)


def _following(lines: list[str]) -> list[tuple[int, int]]:
    """For each line: the next one that holds more than a comment (its own where there is none), the document's end.

    All are found in one walk from the end, since every line may hold a marker.
    """
    found: list[tuple[int, int]] = []
    content: int | None = None
    end = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        found.append((index if content is None else content, end))
        text = lines[index].strip()
        if text.startswith("---"):
            content = None
        elif text and not text.startswith("#"):
            content = index
        if lines[index].startswith("---"):
            end = index
    found.reverse()
    return found


def _sayings(text: str) -> Iterator[Said]:
    if found := _OWN.match(text):
        rules = tuple(word.strip() for word in found["rules"].split(",")) if found["rules"] else ()
        until = _OWN_UNTIL.search(found["rest"])
        reason = _OWN_UNTIL.sub("", found["rest"], count=1).strip()
        yield Said("comment", rules, reason, until[1] if until else day_in(reason))
    elif found := _CHECKOV.match(text):
        checks = map(str.strip, found["checks"].split(","))
        yield _foreign("checkov", checks, found["reason"] or "", whole=True)
    elif found := _NEARLY.match(text):
        if found["rules"] or (found["mark"] == ":" and not found["rest"]):
            yield Said("unread", (), instead=f"# seawall: relax {found['rules'] or 'RULE'} REASON")
    else:
        yield from map(_trivy, _TRIVY.finditer(text))


def _trivy(found: re.Match[str]) -> Said:
    table, check = foreign_checks(), found["check"]
    rules = table.all_rules("trivy") if check == "*" else table.rules("trivy", trivy_check(check))
    until = _TRIVY_UNTIL.search(found["rest"])
    return Said("trivy", rules, "", until[1] if until else "", strange=() if rules else (check,))
