"""What loading says beside the objects."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seawall.app.load import Input, load

ASIDE = ("the values given for charts", "no chart was read")


@pytest.mark.parametrize("given", [{"values": ("prod.yaml",)}, {"set_values": ("a=b",)}])
def test_values_without_a_chart_are_told(tmp_path: Path, given: dict[str, tuple[str, ...]]) -> None:
    wanted = Input(paths=(str(tmp_path),), **given)  # type: ignore[arg-type]  # one of the two
    assert load(wanted).coverage.not_looked_at == (ASIDE,)
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 0.1.0\ntype: library\n")
    assert ASIDE not in load(wanted).coverage.not_looked_at


POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME}\n"


def program(folder: Path, name: str, body: str) -> None:
    """A program of the test's own."""
    file = folder / "bin" / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"#!{sys.executable} -IS\n{body}\n")
    file.chmod(0o755)


@pytest.fixture
def deploy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A chart with a template of a test, and an overlay with a base beside one, as programs of the test render them."""
    files = {
        "chart/Chart.yaml": "apiVersion: v2\nname: shop\nversion: 0.1.0\n",
        "chart/templates/web.yaml": POD.replace("NAME", "web"),
        "chart/templates/tests/ping.yaml": POD.replace("NAME", "ping"),
        "bases/db/kustomization.yaml": "resources: [db.yaml]\n",
        "bases/db/db.yaml": POD.replace("NAME", "db"),
        "overlays/prod/kustomization.yaml": "resources: [../../bases/db, cache.yaml]\n",
        "overlays/prod/cache.yaml": POD.replace("NAME", "cache"),
    }
    for name, text in files.items():
        (tmp_path / "deploy" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "deploy" / name).write_text(text)
    sources = "".join(
        f"---\n# Source: shop/templates/{name}.yaml\n{POD.replace('NAME', name.rpartition('/')[2])}"
        for name in ("web", "tests/ping")
    )
    program(tmp_path, "helm", f"print({sources!r})")
    target = "json.load(open(sys.argv[-1] + '/kustomization.yaml'))['resources'][0]"
    annotation = "{config.kubernetes.io/origin: 'path: %s'}"
    pod = f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: %s, annotations: {annotation}}}"
    made = [("db", "../../bases/db/db.yaml"), ("cache", "cache.yaml")]
    loop = f"for name, file in {made!r}:\n    print({pod!r} % (name, {target} + '/' + file))"
    program(tmp_path, "kustomize", f"import json, sys\n{loop}")
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "deploy"


@pytest.mark.parametrize("root", ["deploy", "./deploy/", "WHOLE"])
@pytest.mark.parametrize(
    ("exclude", "left", "folder"),
    [
        ("chart/templates/tests/", ["web", "db", "cache"], "chart/templates/tests"),
        ("ping.*", ["web", "db", "cache"], "chart/templates/tests"),
        ("/bases/", ["web", "ping", "cache"], "bases/db"),
        ("nothing/", ["web", "ping", "db", "cache"], ""),
    ],
)
def test_an_excluded_file_is_left_out_whoever_builds_of_it(
    deploy: Path, root: str, exclude: str, left: list[str], folder: str
) -> None:
    name = str(deploy) if root == "WHOLE" else root
    inventory = load(Input(paths=(name,), exclude=(exclude,)))
    assert not inventory.problems
    assert sorted(resource.name for resource in inventory.resources) == sorted(left)
    where = Path(name, folder).as_posix()
    told = (f"1 object of excluded files in {where}", "what a chart or an overlay builds of them is excluded too")
    assert [row for row in inventory.coverage.not_looked_at if "exclude leaves it out" not in row[1]] == (
        [told] if folder else []
    )


def test_what_a_walk_leaves_out_is_told(tmp_path: Path) -> None:
    for name in ("secret/a.yaml", "secret/b.yaml", "node_modules/c.yaml", "d.yaml", ".git/e.yaml", "f.yaml", "g.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / ".gitignore").write_text("secret/\nd.yaml\n*.txt\n")
    assert load(Input(paths=(str(tmp_path),))).coverage.not_looked_at == (
        (f"{tmp_path}/d.yaml and 1 more", ".gitignore or exclude leaves it out"),
        (f"{tmp_path}/node_modules/", "holds other people's files or a program's own"),
    )


def test_a_root_that_is_named_from_inside_excludes_the_same(deploy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (deploy / ".git").mkdir()
    monkeypatch.chdir(deploy / "overlays")
    inventory = load(Input(paths=("../../deploy",), exclude=("/bases/",)))
    assert sorted(resource.name for resource in inventory.resources) == ["cache", "ping", "web"]


def test_what_stands_beside_the_root_is_not_excluded(deploy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The patterns are those of the scanned folder, however it is named."""
    (deploy / ".git").mkdir()
    for folder, name in ((deploy / "overlays" / "prod", "."), (deploy / "overlays", "prod")):
        monkeypatch.chdir(folder)
        inventory = load(Input(paths=(name,), exclude=("bases/", "cache.yaml")))
        assert [resource.name for resource in inventory.resources] == ["db"]
