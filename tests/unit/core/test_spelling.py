"""What somebody may have meant: a word one slip away, however many words there are."""

from __future__ import annotations

import pytest

from seawall.core.spelling import closest, did_you_mean

MANY = [f"app-{number:05}" for number in range(3_000)]


@pytest.mark.parametrize(
    ("word", "known", "meant"),
    [
        ("wbe", ["web", "db"], "web"),
        ("frontendd", ["frontend", "backend"], "frontend"),
        ("app-0001", MANY, "app-00001"),
        ("app-000111", MANY, "app-00011"),
        ("app-0o042", MANY, "app-00042"),
        ("ap-p00042", MANY, "app-00042"),
    ],
)
def test_a_slip_is_forgiven(word: str, known: list[str], meant: str) -> None:
    assert meant in closest(word, known)


@pytest.mark.parametrize("known", [["web"], MANY])
@pytest.mark.parametrize("word", ["zzz", "w" * 100_000, ""])
def test_what_is_like_nothing_gets_no_offer(word: str, known: list[str]) -> None:
    assert closest(word, known) == []


def test_offers_read_as_a_question() -> None:
    assert did_you_mean([]) == ""
    assert did_you_mean(["a"]) == "; did you mean 'a'?"
    assert did_you_mean(["a", "b", "c"]) == "; did you mean 'a', 'b' or 'c'?"
