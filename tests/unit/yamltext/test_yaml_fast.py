"""What the fast pass takes, and where it leaves the decision to the exact one."""

from __future__ import annotations

import pytest

from seawall.yamltext import Limits, exact
from seawall.yamltext.fast import FastPass

LIMITS = Limits()

TAKEN = [
    "---\n",
    "--- # note\na: 1\n",
    "# only a comment\n",
    "apiVersion: v1\nkind: Pod # note\n\nmetadata:\n  name: web\n",
    "a:\n  - b: 1\n    c:\n    - x\n    - y\n  - d\nz: 1\n",
    "- a\n-\n  - b\n-\n  c: 1\n-\n",
    "a: [x, \"y\", 'z', 1, -c, --long=x] # note\nb: []\nc: {}\nd: { }\n",
    "- [a, b]\n- {}\n",
    "a: |\n  one\n\n    two\n  \n# out\nb: |-\n  x\nc: |+ # note\n  y\n\n\nd: 1\n",
    "- |\n  x\n  \ty\n- z\n",
    "a: 'it''s # no'\n\"b c\": \"d: e\"\n'f': http://x:80/y#z\n",
    "a:   spaced   # note\nb: x y  z\n",
    "image: registry.example.com/team/app:v1.2.3@sha256:0a\n",
    "a: 0755\nb: yes\nc: ~\nd: 1e3\ne: -x\nf: :x\n",
    "a: x é ü\n",
]

LEFT = [
    "a: &x 1\nb: *x\n",
    "a: !!str 1\n",
    "a: >\n  x\n",
    "a: |2\n   x\n",
    "a: {b: 1}\n",
    "a: [b, [c]]\n",
    'a: "x\\n"\n',
    "a: one\n  two\n",
    "a:\n  one\n",
    "? a\n: b\n",
    "- - a\n",
    "<<: {a: 1}\n",
    "y: 1\n",
    "8: 1\n",
    "a: 1\na: 2\n",
    "a: .inf\n",
    "a: 1\r\n",
    "a:\t1\n",
    "a: |\n",
    "a: |\n   \n  x\n",
    "a: |\n  \tx\n",
    "a:\n  b: 1\n c: 2\n",
    "text\n",
    "--- a: 1\n",
    "---# c\na: 1\n",
    "%YAML 1.1\n",
    "a: x\n...\n",
    "a: \x07\n",
    "a: |\n  \x07\n",
    "a: \ufeffx\n",
]


@pytest.mark.parametrize("text", TAKEN)
def test_taken_and_read_like_the_exact_pass(text: str) -> None:
    fast = FastPass(LIMITS)
    for _ in range(2):  # the second time from memory
        assert fast.read(text, marking=True) == exact.read(text, LIMITS, marking=True)
    assert fast.read(text) == exact.read(text, LIMITS)


@pytest.mark.parametrize("text", LEFT)
def test_left_to_the_exact_pass(text: str) -> None:
    assert FastPass(LIMITS).read(text) is None


def test_memory_is_bounded() -> None:
    fast = FastPass(LIMITS)
    for number in range(3):
        text = "".join(f"k{number}-{row}: v\n" for row in range(10_000))
        reading = fast.read(text)
        assert reading is not None
        assert len(reading.value) == 10_000  # type: ignore[arg-type]
    assert len(fast._memo) == 20_000


def test_issue_a_comment_behind_a_marker_ends_where_yaml_ends_a_line() -> None:
    """Hypothesis found it: to YAML 1.1 U+2028 ends the comment, and an alias follows."""
    assert FastPass(Limits()).read("--- # c\u2028*x\n") is None
    assert FastPass(Limits()).read("--- # c\u2027x\na: 1\n") is not None
