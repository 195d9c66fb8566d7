"""Lines that people copy from."""

from __future__ import annotations

import pytest

from seawall.reports.explain import render
from seawall.reports.style import Style, wrapped
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


@pytest.mark.parametrize("width", [40, 80])
def test_no_page_breaks_a_word_or_a_control(width: int) -> None:
    for rule in catalog():
        words = set(" ".join(render(rule, None, Style(width=width))).split())
        for section in ("Why", "Instead", "Breaks", "Source"):
            assert set(rule.section(section).split()) <= words, rule.id
