"""The level that a label of a Namespace stands for."""

from __future__ import annotations

import pytest

from seawall.core import Unknown
from seawall.model.podsecurity import Level
from seawall.model.podsecurity.labels import level_of


@pytest.mark.parametrize(
    ("value", "level"),
    [
        (None, Level.PRIVILEGED),
        ("privileged", Level.PRIVILEGED),
        ("baseline", Level.BASELINE),
        ("restricted", Level.RESTRICTED),
        ("Baseline", Level.RESTRICTED),
        ("", Level.RESTRICTED),
        (Unknown("${LEVEL}"), None),
        ("${LEVEL}", None),
    ],
)
def test_what_is_no_level_is_the_strictest_and_what_is_open_is_none(value: object, level: Level | None) -> None:
    assert level_of(value) is level
