"""Hostile texts are refused or read, soon and without recursion."""

from __future__ import annotations

import time

import pytest

from seawall.yamltext import Broken, Document, read

NINE = ",".join(["*{0}"] * 9)
BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{NINE.format(before)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED = {
    "open lists": ("[" * 100_000, "depth"),
    "open lists in a value": ("a: " + "[" * 1_000_000, "depth"),
    "nested dashes": ("- " * 1_000_000, "depth"),
    "nested keys": ("".join(f"{' ' * depth}a:\n" for depth in range(2000)), "depth"),
    "nested question marks": ("? " * 500_000, "depth"),
    "nested json": ('{"a":' * 100_000, "depth"),
    "closed nested json": ('{"a":' * 900 + "1" + "}" * 900, "depth"),
    "nested by aliases": (
        "a0: &a0 []\n" + "".join(f"a{n}: &a{n} [[[[*a{n - 1}]]]]\n" for n in range(1, 300)),
        "depth",
    ),
    "alias bomb": (BOMB, "alias"),
    "nul": ("a: \0\n" + "b: 1\n" * 100_000, "yaml"),
    "lone surrogate": ("a: \ud800\n", "yaml"),
    "tabs": ("\t" * 100_000, "yaml"),
    "open quote": ("a: " + "'" * 500_001, "yaml"),
    "open escapes": ('a: "' + '\\"' * 500_000 + "\n", "yaml"),
    "colons": ("a: " + ":" * 500_000 + "\n", "yaml"),
    "blanks before a colon": ("a: b" + " " * 1_000_000 + ":\n", "yaml"),
    "deep blanks in a block": ("a: |\n" + "   \n" * 100_000 + "  x\n", "yaml"),
    "huge json number": ('{"a":' + "9" * 500_000 + "}", "number"),
}
READ = {
    "huge integer": "a: " + "9" * 500_000 + "\n",
    "huge exponent": "a: 1e999999999\nb: 1e-999999999\nc: 1e" + "9" * 100_000 + "\n",
    "underscores": "a: " + "1_" * 300_000 + "\n",
    "next lines": "\x85" * 100_000,
    "one long line": "a: " + "x " * 1_000_000 + "\n",
    "blanks before a comment": "a: b" + " " * 1_000_000 + "#\n",
    "hashes": "a: " + " #x" * 300_000 + "\n",
    "comments": "#\n" * 200_000,
    "repeated keys": "a: 1\n" * 30_000,
    "merges": "a: &a {b: 1}\n" + "".join(f"c{n}: {{<<: *a}}\n" for n in range(3000)),
    "long block": "a: |\n" + "  x\n" * 200_000,
    "ends": "a: 1\n" + "...\n \n# b\n" * 50_000,
    "escaped surrogates": '{"a":"' + "\\ud800" * 100_000 + '"}',
}
SECONDS = 8.0
"""Far more than any takes on a slow machine, far less than a quadratic reading of these would."""


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    text, kind = REFUSED[name]
    start = time.process_time()
    found = read(text)
    assert [each.kind for each in found if isinstance(each, Broken)] == [kind]
    assert time.process_time() - start < SECONDS


@pytest.mark.parametrize("name", READ)
def test_read_with_places_and_comments(name: str) -> None:
    start = time.process_time()
    (found,) = read(READ[name])
    assert isinstance(found, Document)
    found.locate(("a", "b"))
    found.comments(1, 10**9)
    assert time.process_time() - start < SECONDS


def test_bomb_is_small_and_costs_little() -> None:
    assert len(BOMB) < 1024
    start = time.process_time()
    read(BOMB)
    assert time.process_time() - start < 0.1
