from pathlib import Path

import pytest

from seawall.core import Problem
from seawall.sources.kustomize_files import (
    Boundary,
    graph,
    is_kustomization,
    is_remote,
    kustomizations,
    read_kustomization,
    refusals,
    unreadable,
)
from seawall.yamltext import Reader


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def kustomization(directory: Path, text: str, name: str = "kustomization.yaml") -> Path:
    write(directory, **{name: text})
    return directory


def refused(directory: Path, root: Path | None = None, *, plugins: bool = False) -> list[Problem]:
    boundary = Boundary(root or directory)
    found = graph(directory, boundary, Reader())
    named = [problem for one in found.values() for problem in refusals(one, boundary, Reader(), plugins=plugins)]
    return [*unreadable(directory, found, boundary), *named]


@pytest.mark.parametrize(
    "target",
    [
        "https://github.com/org/repo//base?ref=v1",
        "HTTP://example.com/a.yaml",
        "github.com/org/repo",
        "github.com:org/repo",
        "git@github.com:org/repo.git",
        "git::https://example.com/repo",
        "gh:org/repo",
        "ssh://git@example.com/repo",
        "file:///etc/passwd",
        "user@host/repo",
        "host.example:org/repo",
        "./base?ref=v1",
        "repo.git//base",
        " https://example.com/a.yaml",
    ],
)
def test_what_would_be_fetched(target: str) -> None:
    assert is_remote(target)


@pytest.mark.parametrize(
    "target", ["base", "../base", "./a/b.yaml", "my@2x.yaml", "a=b.yaml", "gitlab/x", ".github/x.yaml", "C:\\base"]
)
def test_what_is_local(target: str) -> None:
    assert not is_remote(target)


@pytest.mark.parametrize("name", ["kustomization.yaml", "kustomization.yml", "Kustomization"])
def test_a_kustomization_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    kustomization(tmp_path, "resources: []\n", name)
    assert is_kustomization(tmp_path)
    assert read_kustomization(tmp_path, Reader()) is not None


@pytest.mark.parametrize("text", ["", "- a\n", "a: [\n"])
def test_a_kustomization_that_says_nothing(tmp_path: Path, text: str) -> None:
    assert read_kustomization(kustomization(tmp_path, text), Reader()) is None


def test_no_kustomization(tmp_path: Path) -> None:
    assert not is_kustomization(tmp_path)
    assert read_kustomization(tmp_path, Reader()) is None


def test_what_is_deployed_and_what_belongs_to_it(tmp_path: Path) -> None:
    base = kustomization(tmp_path / "base", "resources: [web.yaml, https://example.com/x.yaml]\n")
    write(base, **{"web.yaml": "", "other.yaml": ""})
    part = kustomization(tmp_path / "part", "kind: Component\npatches: [{path: p.yaml}]\n")
    write(part, **{"p.yaml": ""})
    unused = kustomization(tmp_path / "unused", "kind: Component\n")
    overlay = kustomization(
        tmp_path / "overlay",
        "resources: [../base]\ncomponents: [../part]\n"
        "configMapGenerator: [{name: a, files: [key=app.conf], envs: [a.env], literals: [x=y]}]\n",
    )
    write(overlay, **{"app.conf": "", "a.env": ""})
    broken = kustomization(tmp_path / "broken", "a: [\n")
    found = kustomizations([base, part, unused, overlay, broken], Reader())
    assert found.leaves == (broken, overlay)
    assert found.unused == (unused,)
    files = {str(file.relative_to(tmp_path)) for file in found.files}
    assert {"base/web.yaml", "part/p.yaml", "overlay/app.conf", "overlay/a.env", "overlay/kustomization.yaml"} <= files
    assert "base/other.yaml" not in files


def test_one_of_each_circle_is_built_so_that_it_fails_aloud(tmp_path: Path) -> None:
    around = {"a": "b", "b": "c", "c": "a", "d": "d", "top": "e", "e": "f", "f": "e"}
    folders = [kustomization(tmp_path / name, f"resources: [../{on}]\n") for name, on in around.items()]
    assert [folder.name for folder in kustomizations(folders, Reader()).leaves] == ["d", "top", "a"]


def test_bases_in_a_circle_end(tmp_path: Path) -> None:
    one = kustomization(tmp_path / "one", "resources: [../two]\n")
    two = kustomization(tmp_path / "two", "resources: [../one]\n")
    assert list(graph(one, Boundary(tmp_path), Reader())) == [one, two]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("resources:\n- a.yaml\n- https://example.com/a.yaml\n", "resources"),
        ("bases:\n-\n- github.com/org/repo\n", "bases"),
        ("components:\n-\n- git@example.com:org/repo\n", "components"),
        ("patches:\n-\n- path: https://example.com/p.yaml\n", "patches"),
        ("patchesStrategicMerge:\n-\n- https://example.com/p.yaml\n", "patchesStrategicMerge"),
        ("patchesJson6902:\n-\n- path: https://example.com/p.yaml\n", "patchesJson6902"),
        ("crds:\n-\n- https://example.com/c.yaml\n", "crds"),
        ("configurations:\n-\n- https://example.com/c.yaml\n", "configurations"),
        ("openapi:\n  version: v1\n  path: https://example.com/o.json\n", "openapi"),
        ("replacements:\n-\n- path: https://example.com/r.yaml\n", "replacements"),
        ("configMapGenerator:\n- name: a\n  files: [k=https://example.com/f]\n", "configMapGenerator"),
        ("secretGenerator:\n- name: a\n  env: https://example.com/f\n", "secretGenerator"),
        ("generators:\n-\n- https://example.com/g.yaml\n", "generators"),
        ("transformers:\n-\n- |\n  kind: PatchTransformer\n  path: https://example.com/p.yaml\n", "transformers"),
        ("helmCharts:\n- name: a\n  repo: https://example.com\n", "helmCharts"),
    ],
)
def test_every_remote_path_is_refused_where_it_stands(tmp_path: Path, text: str, field: str) -> None:
    (problem,) = refused(kustomization(tmp_path, text), plugins=True)
    assert (problem.file, problem.kind) == (f"{tmp_path}/kustomization.yaml", "kustomize")
    assert problem.line in (2, 3)
    assert field in problem.message
    assert "nothing is fetched" in problem.message
    assert "copy" in problem.hint


def test_remote_paths_of_a_base_are_refused_too(tmp_path: Path) -> None:
    kustomization(tmp_path / "base", "resources: [https://example.com/a.yaml]\n")
    (problem,) = refused(kustomization(tmp_path / "overlay", "resources: [../base]\n"), tmp_path)
    assert problem.file == f"{tmp_path}/base/kustomization.yaml"


def test_remote_paths_in_a_plugins_file_are_refused(tmp_path: Path) -> None:
    write(tmp_path, **{"t.yaml": "apiVersion: builtin\nkind: PatchTransformer\npath: https://example.com/p.yaml\n"})
    (problem,) = refused(kustomization(tmp_path, "transformers: [t.yaml]\n"))
    assert "'t.yaml' of transformers names 'https://example.com/p.yaml'" in problem.message


def test_what_leaves_the_root_is_refused(tmp_path: Path) -> None:
    kustomization(tmp_path / "base", "resources: []\n")
    overlay = kustomization(tmp_path / "overlay", "resources: [../base, link.yaml]\n")
    (overlay / "link.yaml").symlink_to("/etc/passwd")
    found = refused(overlay)
    assert [problem.message.split("'")[1] for problem in found] == ["../base", "link.yaml"]
    assert all("leaves" in problem.message for problem in found)
    assert len(refused(overlay, tmp_path)) == 1


def test_a_kustomization_that_is_a_link_out_of_the_root(tmp_path: Path) -> None:
    kustomization(tmp_path / "elsewhere", "resources: []\n")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "kustomization.yaml").symlink_to(tmp_path / "elsewhere" / "kustomization.yaml")
    (problem,) = refused(tmp_path / "in")
    assert "the kustomization leaves" in problem.message


LARGE = "resources: [../../elsewhere]\n#" + " " * (4 << 20)


@pytest.mark.parametrize("data", [LARGE.encode(), "resources: [../../elsewhere]\n".encode("utf-16"), b"- a\n", b""])
def test_what_is_not_read_is_not_built(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "kustomization.yaml").write_bytes(data)
    overlay = kustomization(tmp_path / "overlay", "resources: [../base]\n")
    for folder in (overlay, tmp_path / "base"):
        (problem,) = refused(folder, tmp_path)
        assert "can be read" in problem.message
        assert problem.file == str(tmp_path / "base" / "kustomization.yaml")


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Resources: [../elsewhere]\n", "resources"),
        ("re\u017fources: [../elsewhere]\n", "resources"),
        ("patches:\n- {Path: 'http://example.com/a'}\n", "path"),
        ("configMapGenerator:\n- {name: a, FILES: [b]}\n", "files"),
        ("openapi: {PATH: a}\n", "path"),
    ],
)
def test_fields_that_only_kustomize_knows_are_refused(tmp_path: Path, text: str, field: str) -> None:
    (problem,) = refused(kustomization(tmp_path, text))
    assert problem.hint == f"write {field}"


def test_labels_may_be_called_like_fields(tmp_path: Path) -> None:
    assert refused(kustomization(tmp_path, "commonLabels: {Path: a, Env: b}\nlabels: [{pairs: {Files: c}}]\n")) == []


def test_patches_may_be_a_list_of_paths(tmp_path: Path) -> None:
    (problem,) = refused(kustomization(tmp_path, "patches: ['http://example.com/a']\n"))
    assert "is remote" in problem.message


def test_dots_after_a_link_lead_back_to_where_the_link_stands(tmp_path: Path) -> None:
    top = kustomization(tmp_path / "in", "resources: [link/../../elsewhere]\n")
    kustomization(tmp_path / "elsewhere", "resources: []\n")
    (top / "a" / "b").mkdir(parents=True)
    kustomization(top / "elsewhere", "resources: []\n")
    (top / "link").symlink_to("a/b")
    (problem,) = refused(top)
    assert "leaves" in problem.message


def test_names_that_no_file_can_have(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    kustomization(tmp_path, f'resources: ["a\\0b", circle, {"x" * 5000}, "", [], 1]\n')
    assert refused(tmp_path) == []
    assert kustomizations([tmp_path], Reader()).leaves == (tmp_path,)


@pytest.mark.parametrize("field", ["helmCharts", "helmChartInflationGenerator"])
def test_helm_charts_are_plugins(tmp_path: Path, field: str) -> None:
    kustomization(tmp_path, f"{field}:\n- name: a\n")
    (problem,) = refused(tmp_path)
    assert (problem.line, problem.hint) == (1, "scan the chart itself, or what your own build prints")
    assert not refused(tmp_path, plugins=True)


def test_a_path_is_told_as_the_user_would_type_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert Boundary(Path()).label(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert Boundary(Path("a")).label(tmp_path / "a" / "b.yaml") == "a/b.yaml"
    assert Boundary(Path("a")).label(tmp_path / "b.yaml") == "b.yaml"
    assert Boundary(tmp_path).label(tmp_path / "b.yaml") == str(tmp_path / "b.yaml")
