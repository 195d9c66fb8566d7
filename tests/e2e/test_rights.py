"""Seawall's answers about rights against those of a real API server, on worlds that nobody chose by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.e2e.client import Client
from tests.e2e.plane import ControlPlane
from tests.e2e.running import answers, written
from tests.e2e.standing import standing
from tests.e2e.worlds import namespaces, world, writers

Tree = dict[str, Any]

SEEDS = range(1, 21)
REVIEWS, GRANTS = 500, 80


@pytest.fixture(scope="module", autouse=True)
def ground(client: Client) -> Iterator[None]:
    """Namespaces, which cannot be deleted without a controller, and who may write."""
    for item in [*namespaces(), *writers()]:
        client.create(item)
    yield
    client.delete(writers())


@pytest.mark.parametrize("seed", SEEDS)
def test_can_agrees_with_the_server(seed: int, client: Client, plane: ControlPlane, tmp_path: Path) -> None:
    drawn = world(seed, REVIEWS, GRANTS)
    files = written([*namespaces(), *writers(), *drawn.objects], tmp_path / "world.json")
    lines: list[Tree] = [*drawn.reviews, *drawn.grants]
    with standing(client, drawn.objects):
        truth = {line["id"]: client.allowed(line) for line in drawn.reviews}
        truth |= {line["id"]: passes(client, line) for line in drawn.grants}
        live = answers(lines, "--cluster", "--kubeconfig", str(plane.kubeconfig))
    from_files = answers(lines, "-f", str(files), "--estate", "--kube-version", "1.37")
    assert set(truth.values()) == {True, False}
    assert not disagreements(lines, truth, from_files)
    assert not disagreements(lines, truth, live)


def passes(client: Client, line: Tree) -> bool:
    """Whether the server would let the user create the object: a dry run, all of it but the writing."""
    path = f"{client.path_of(line['object'])}?dryRun=All"
    status, found = client.ask("POST", path, line["object"], line["user"], line["groups"])
    # 404: the role that the binding names is not there, and the user may not bind what is not there.
    assert status in {201, 403, 404}, (line, found)
    if status == 403:
        assert "attempting to grant RBAC permissions" in found["message"] or "must have" in found["message"], found
    return status == 201


def disagreements(lines: list[Tree], truth: dict[str, bool], found: dict[str, Tree]) -> list[Any]:
    return [
        (line, "server:", truth[line["id"]], "seawall:", found[line["id"]])
        for line in lines
        if found[line["id"]].get("allowed") is not truth[line["id"]]
    ][:3]
