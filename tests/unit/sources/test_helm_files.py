import io
import os
import tarfile
from pathlib import Path
from typing import Any

import pytest

from seawall.sources.helm_files import Chart, ChartError, read_chart
from seawall.yamltext import Broken, Reader


def yaml(text: str) -> Any:
    first = next(iter(Reader().read(text)), None)
    return None if first is None or isinstance(first, Broken) else first.value


def read(path: Path) -> Chart:
    return read_chart(path, yaml)


def write(root: Path, **files: str) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def chart(root: Path, name: str, more: str = "", **templates: str) -> Path:
    files = {f"templates/{template}.yaml": text for template, text in templates.items()}
    return write(root, **{"Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: 1.0.0\n{more}", **files})


def pack(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(target, "w:gz") as archive:
        archive.add(source, arcname=source.name)
    return target


def archive_of(target: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(target, "w:gz") as archive:
        for member in members:
            archive.addfile(member, io.BytesIO(b"\0" * member.size))
    return target


def member(name: str, **more: Any) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    for field, value in more.items():
        setattr(info, field, value)
    return info


def test_a_template_is_found_by_the_name_that_helm_gives_it(tmp_path: Path) -> None:
    root = chart(tmp_path / "folder", "shop", web="kind: Pod\n")
    template = read(root).template("shop/templates/web.yaml")
    assert template is not None
    assert template.file == f"{root}/templates/web.yaml"
    assert template.lines == ["kind: Pod"]


@pytest.mark.parametrize("source", ["shop/templates/no.yaml", "shop/charts/no/templates/a.yaml", "shop", ""])
def test_what_is_not_a_template_of_the_chart(tmp_path: Path, source: str) -> None:
    assert read(chart(tmp_path, "shop")).template(source) is None


def test_templates_of_vendored_charts_folders_and_archives_and_aliases(tmp_path: Path) -> None:
    root = chart(tmp_path / "shop", "shop", "dependencies:\n- {name: redis, alias: cache}\n- {name: other}\n- odd\n")
    chart(root / "charts" / "any-folder", "common", pod="a: 1\n")
    pack(chart(tmp_path / "redis", "redis", set="b: 1\n"), root / "charts" / "redis-1.0.0.tgz")
    write(root, **{"charts/README.md": "", "charts/_old/Chart.yaml": "name: old", "charts/notes/a.txt": ""})
    found = read(root)
    assert set(found.charts) == {"common", "redis", "cache"}
    folder = found.template("shop/charts/common/templates/pod.yaml")
    archive = found.template("shop/charts/cache/templates/set.yaml")
    assert folder is not None
    assert archive is not None
    assert folder.file == f"{root}/charts/any-folder/templates/pod.yaml"
    assert archive.file == f"{root}/charts/redis-1.0.0.tgz!/templates/set.yaml"


def test_a_packaged_chart(tmp_path: Path) -> None:
    path = pack(chart(tmp_path / "shop", "shop", "type: library\n", web="kind: Pod\n"), tmp_path / "shop.tgz")
    found = read(path)
    template = found.template("shop/templates/web.yaml")
    assert found.library
    assert template is not None
    assert template.file == f"{path}!/templates/web.yaml"


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("{{ randAlphaNum 8 }}", {"randAlphaNum"}),
        ("{{- $ca := genCA `a` 3 -}}", {"genCA"}),
        ("{{ $x := (uuidv4) }}", {"uuidv4"}),
        ("{{ now | date `2006` }}", {"now"}),
        ("{{ range keys .Values.a }}", {"keys"}),
        ("{{ .Values.keys }} {{ .Values.now }} {{ $values }}", set()),
        ("# now is the time: randAlpha", set()),
    ],
)
def test_functions_that_answer_differently_each_time(tmp_path: Path, template: str, names: set[str]) -> None:
    root = chart(tmp_path, "shop")
    chart(root / "charts" / "inner", "inner", a=template)
    assert read(root).changing == names


def test_a_link_that_leaves_the_chart(tmp_path: Path) -> None:
    outside = tmp_path / "secret"
    outside.write_text("x")
    root = chart(tmp_path / "shop", "shop", web="")
    (root / "templates" / "link.yaml").symlink_to(outside)
    with pytest.raises(ChartError, match="is a link that leaves the chart") as caught:
        read(root)
    assert caught.value.file == f"{root}/templates/link.yaml"
    assert "copy" in caught.value.hint


def test_a_folder_link_that_leaves_the_chart(tmp_path: Path) -> None:
    root = chart(tmp_path / "shop", "shop")
    (root / "templates").symlink_to(tmp_path)
    with pytest.raises(ChartError, match="leaves the chart"):
        read(root)


def test_links_within_the_chart_are_followed(tmp_path: Path) -> None:
    root = chart(tmp_path / "shop", "shop", web="kind: Pod\n")
    (root / "templates" / "same.yaml").symlink_to("web.yaml")
    assert read(root).texts["templates/same.yaml"] == "kind: Pod\n"


def test_a_pipe_in_a_chart_would_hang_whoever_reads_it(tmp_path: Path) -> None:
    root = chart(tmp_path / "shop", "shop", web="")
    os.mkfifo(root / "templates" / "pipe.yaml")
    with pytest.raises(ChartError, match="not a regular file"):
        read(root)


@pytest.mark.parametrize(
    "bad",
    [
        member("../out/Chart.yaml"),
        member("/etc/passwd"),
        member("shop/a", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("shop/a", type=tarfile.LNKTYPE, linkname="/etc/passwd"),
    ],
)
def test_an_archive_that_leaves_the_chart(tmp_path: Path, bad: tarfile.TarInfo) -> None:
    with pytest.raises(ChartError, match="leaves the chart"):
        read(archive_of(tmp_path / "shop.tgz", bad))


def test_an_archive_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "shop.tgz"
    file.write_bytes(b"\x1f\x8b not at all")
    with pytest.raises(ChartError, match="not a chart archive"):
        read(file)


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = chart(tmp_path, "shop", web="")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ChartError, match="cannot be read: Permission denied"):
        read(root)


def test_links_in_a_circle(tmp_path: Path) -> None:
    root = chart(tmp_path, "shop", web="")
    (root / "circle").symlink_to("circle")
    with pytest.raises(ChartError, match="not a regular file"):
        read(root)


@pytest.mark.parametrize("text", ["{{" * 100_000, "{{ " + "now" * 100_000])
def test_text_that_is_made_to_be_slow(tmp_path: Path, text: str) -> None:
    found = read(chart(tmp_path, "shop", web=text))
    assert found.changing == frozenset()


@pytest.mark.parametrize("at", [0, 3, 40, -2])
def test_an_archive_that_was_damaged(tmp_path: Path, at: int) -> None:
    file = pack(chart(tmp_path / "shop", "shop", web="a: 1\n"), tmp_path / "shop.tgz")
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    with pytest.raises(ChartError, match="not a chart archive"):
        read(file)


def test_an_archive_that_unpacks_to_too_much(tmp_path: Path) -> None:
    with pytest.raises(ChartError, match="more than 64 MB"):
        read(archive_of(tmp_path / "bomb.tgz", *(member(f"shop/{n}", size=33 << 20) for n in range(2))))


def test_charts_nested_without_end(tmp_path: Path) -> None:
    root = chart(tmp_path / "shop", "shop")
    folder = root
    for depth in range(9):
        folder = chart(folder / "charts" / f"c{depth}", f"c{depth}")
    with pytest.raises(ChartError, match="nested more than 8 deep"):
        read(root)


def test_a_chart_file_that_is_no_mapping(tmp_path: Path) -> None:
    assert read(write(tmp_path, **{"Chart.yaml": "- a\n"})).name == ""
