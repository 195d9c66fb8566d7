"""Documents that somebody meant for an object."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.app.load import Input, load

METADATA = "metadata: {name: web}\n"


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        (f"kind: Deployment\n{METADATA}spec: {{}}\n", 1, "Deployment has no apiVersion: kubectl refuses it", "apps/v1"),
        (f"{METADATA}apiVersion:\nkind: Pod\n", 3, "Pod has no apiVersion", "Write apiVersion: v1"),
        ("kind: Job\nmetadata: {generateName: a-}\n", 1, "Job has no apiVersion", "Write apiVersion: batch/v1"),
        (
            f"apiVersion: apps/v1\n{METADATA}spec: {{}}\n",
            1,
            "an object of apps/v1 has no kind: kubectl refuses",
            "kind",
        ),
    ],
)
def test_an_object_that_kubectl_refuses_is_told(tmp_path: Path, text: str, line: int, message: str, hint: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    inventory = load(Input(paths=(str(tmp_path),)))
    (problem,) = inventory.problems
    assert (problem.kind, problem.line, problem.hides) == ("incomplete", line, True)
    assert problem.message.startswith(message)
    assert hint in problem.hint
    assert inventory.coverage.not_kubernetes == 0


@pytest.mark.parametrize(
    "text",
    [
        "kind: DaemonSet\nmetadata: {labels: {a: b}}\nreplicas: 2\n",  # values of a chart
        f"kind: Recipe\n{METADATA}",
        f"{METADATA}spec: {{}}\n",
        f"apiVersion: v2\n{METADATA}",
        "apiVersion: v2\nname: shop\nversion: 1.0.0\n",
        "kind: Pod\nmetadata: name\n",
        "[1, 2]\n",
    ],
)
def test_what_is_no_object_is_left_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    inventory = load(Input(paths=(str(tmp_path),)))
    assert inventory.problems == ()
    assert inventory.coverage.not_kubernetes == 1


def test_a_patch_that_an_overlay_uses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "patch.yaml").write_text(f"kind: Deployment\n{METADATA}spec: {{replicas: 2}}\n")
    (tmp_path / "kustomization.yaml").write_text("patches: [{path: patch.yaml, target: {kind: Deployment}}]\n")
    assert all(problem.kind != "incomplete" for problem in load(Input(paths=(str(tmp_path),))).problems)
