"""Lines that people copy from."""

from __future__ import annotations

import re

import pytest
from tests.properties.estates import report

from seawall.reports.explain import render
from seawall.reports.formats import FORMATS
from seawall.reports.style import Style, flowed, wrapped
from seawall.rules.catalog import catalog


def test_words_are_broken_nowhere() -> None:
    text = "label pod-security.kubernetes.io/enforce and ms-threat-matrix:MS-TA9025"
    assert wrapped(text, 20) == ["label", "pod-security.kubernetes.io/enforce", "and", "ms-threat-matrix:MS-TA9025"]


def test_code_stays_on_a_line_that_can_hold_it() -> None:
    text = "fetch what lacks with `helm dependency build /charts/web` and scan again"
    assert wrapped(text, 40, hanging="  ") == [
        "fetch what lacks with",
        "  `helm dependency build /charts/web`",
        "  and scan again",
    ]
    assert wrapped(text, 24)[1:3] == ["`helm dependency build", "/charts/web` and scan"]


def test_an_odd_backtick_is_only_a_character() -> None:
    assert wrapped("one ` two three", 9, indent="- ") == ["- one `", "two three"]


def test_pieces_stay_whole_and_colours_take_no_room() -> None:
    style = Style(colour=True)
    pieces = [style.paint("12345", "red"), "12 45", style.paint("12345", "bold", "blue")]
    assert list(flowed(pieces, 12)) == [f"{pieces[0]}  12 45", f"  {pieces[2]}"]
    assert list(flowed(pieces, 3, indent="- ", hanging="")) == [f"- {pieces[0]}", *pieces[1:]]
    assert list(flowed(pieces[:2], 11, gap=" ")) == [" ".join(pieces[:2])]


LONG = "a-name-of-forty-characters-and-a-few-more"
PODS = {
    f"k8s/{number}.yaml": f"""\
apiVersion: v1
kind: ReplicationController
metadata: {{name: {LONG}, namespace: shop-{number}}}
spec:
  template:
    spec:
      hostPID: ${{PID}}
      containers: [{{name: web, image: a, securityContext: {{privileged: {"true" if number else "'${P}'"}}}}}]
"""
    for number in range(3)
}


@pytest.mark.parametrize("colour", [False, True])
@pytest.mark.parametrize("width", [40, 60, 80])
@pytest.mark.parametrize("by_owner", [False, True])
def test_the_lines_that_sum_up_or_name_an_object_fit(width: int, colour: bool, by_owner: bool) -> None:
    style = Style(colour=colour, width=width, by_owner=by_owner)
    text = re.sub(r"\033\[[\d;]*m", "", "".join(FORMATS["terminal"](report(PODS), style)))
    joined = " ".join(text.split())
    assert "3 objects of 0 files" in joined
    room = max(width, len(f"    shop-0/ReplicationController {LONG}") + 2)
    lines = [line for line in text.splitlines() if "│" not in line]
    assert not [line for line in lines if len(line) > room]


@pytest.mark.parametrize("width", [40, 80])
def test_no_page_breaks_a_word_or_a_control(width: int) -> None:
    for rule in catalog():
        words = set(" ".join(render(rule, None, Style(width=width))).split())
        for section in ("Why", "Instead", "Breaks", "Source"):
            assert set(rule.section(section).split()) <= words, rule.id
