"""A control plane for each test module, so that no module sees what another left, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.e2e.client import Client
from tests.e2e.plane import ControlPlane, control_plane


@pytest.fixture(scope="module")
def plane() -> Iterator[ControlPlane]:
    with control_plane() as started:
        yield started


@pytest.fixture(scope="module")
def client(plane: ControlPlane) -> Iterator[Client]:
    with Client(plane.server, plane.folder) as found:
        yield found
