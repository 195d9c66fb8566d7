"""The line that says what is being done."""

from __future__ import annotations

import io
import itertools
import time

import pytest

from seawall.cli.progress import progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def written(stream: io.StringIO, seconds: float, monkeypatch: pytest.MonkeyPatch) -> str:
    clock = itertools.count(0, seconds)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    with progress(stream) as tell:
        for done in range(1, 5):
            tell("reading", done)
    return stream.getvalue()


def test_it_counts_up_after_a_second_and_goes_away(monkeypatch: pytest.MonkeyPatch) -> None:
    text = written(Terminal(), 0.4, monkeypatch)
    assert text.split("\r\033[K") == ["", "reading 3 files ...", "reading 4 files ...", ""]


def test_short_work_and_other_readers_see_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written(Terminal(), 0.01, monkeypatch) == ""
    assert written(io.StringIO(), 10, monkeypatch) == ""


def test_a_text_may_say_where_the_number_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0, 0.6)
    monkeypatch.setattr(time, "monotonic", lambda: next(clock))
    stream = Terminal()
    with progress(stream) as tell:
        for done in range(3):
            tell("reading {} of 40 kinds of the cluster", done)
    assert "reading 2 of 40 kinds of the cluster ..." in stream.getvalue()
