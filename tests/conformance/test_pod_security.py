"""Agreement with upstream on every pod that it tests itself with; collected only where the fixtures are."""

from __future__ import annotations

import itertools

import pytest
from tests.conformance.pod_security_fixtures import EXPECTED, Fixture, disagreement, fixtures, location

from seawall.model import KubeVersion
from seawall.model.podsecurity import CHECKS, Level

_WHERE = location()
FIXTURES = sorted(fixtures(_WHERE), key=lambda fixture: fixture[:2]) if _WHERE else []
GROUPS = [
    pytest.param(list(members), id=f"{level.label}-{version}")
    for (level, version), members in itertools.groupby(FIXTURES, key=lambda fixture: (fixture.level, fixture.version))
]


def test_every_fixture_is_there() -> None:
    assert len(FIXTURES) >= EXPECTED
    assert {(level, KubeVersion(minor)) for level in (Level.BASELINE, Level.RESTRICTED) for minor in range(38)} <= {
        (fixture.level, fixture.version) for fixture in FIXTURES
    }


def test_every_check_has_a_fixture_that_it_must_refuse() -> None:
    assert {check.id.lower() for check in CHECKS} == {fixture.check for fixture in FIXTURES if not fixture.allowed}


@pytest.mark.parametrize("group", GROUPS)
def test_upstream_agrees(group: list[Fixture]) -> None:
    assert [text for fixture in group if (text := disagreement(fixture))] == []
