"""A snapshot is made and read as a user would: whole or not at all, and never over what is no snapshot."""

from __future__ import annotations

import gzip
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing
from tests.properties.api_server import made_of, read_back

from seawall.cli.main import cli
from seawall.errors import UsageError
from seawall.sources import snapshot as files

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {hostPID: true, containers: []}\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "a.yaml").write_text(POD)
    return tmp_path


def seawall(*words: str, data: bytes | None = None) -> Result:
    return CliRunner().invoke(cli, list(words), input=data, catch_exceptions=False, standalone_mode=False)


def findings(*words: str, data: bytes | None = None) -> list[tuple[str, str, int, str]]:
    report = json.loads(seawall("scan", *words, "-o", "json", data=data).stdout)
    return [
        (row["rule"], row["location"]["file"], row["location"]["line"], row["fingerprint"])
        for row in report["findings"]
    ]


def made(*words: str) -> Path:
    result = seawall("snapshot", "k8s", "--to", "x.snapshot", *words)
    assert result.return_value == 0, result.output
    return Path("x.snapshot")


def problem(file: Path) -> str:
    result = seawall("scan", str(file))
    assert result.return_value == 3, result.output
    report = json.loads(seawall("scan", str(file), "-o", "json").stdout)
    (told,) = report["problems"]
    assert told["file"] == str(file)
    assert told["kind"] == "snapshot"
    assert not report["findings"]
    return str(told["message"])


def test_a_snapshot_is_scanned_as_its_input(folder: Path) -> None:
    made()

    assert findings("x.snapshot")
    assert findings("x.snapshot") == findings("k8s")


def test_any_name_and_standard_input_will_do(folder: Path) -> None:
    file = made().rename("looks-like.yaml")

    assert findings(str(file)) == findings("k8s")
    assert findings("-", data=file.read_bytes()) == findings("k8s")


def test_other_commands_read_it_too(folder: Path) -> None:
    made()

    of_files = json.loads(seawall("pss", "k8s", "-o", "json").stdout)
    of_snapshot = json.loads(seawall("pss", "x.snapshot", "-o", "json").stdout)

    assert of_snapshot == of_files


def test_a_snapshot_of_a_snapshot_is_the_same(folder: Path) -> None:
    first = made().read_bytes()

    assert seawall("snapshot", "x.snapshot", "--to", "y.snapshot").return_value == 0
    assert Path("y.snapshot").read_bytes() == first


def test_equal_input_gives_equal_bytes_and_says_when(folder: Path) -> None:
    first = made().read_bytes()

    assert made().read_bytes() == first
    head = json.loads(gzip.decompress(first).splitlines()[0])
    assert head["format"] == "seawall snapshot"
    assert head["made"] == "2023-11-14T22:13:20Z"
    assert head["whole"] is False


def test_a_moment_that_is_none_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "yesterday")

    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH is 'yesterday'"):
        seawall("snapshot", "k8s", "--to", "x.snapshot")


def test_only_its_owner_may_read_it(folder: Path) -> None:
    assert stat.S_IMODE(made().stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir() if path.name.startswith(".seawall-")] == []


@pytest.mark.parametrize("content", [b"precious", b"", gzip.compress(b"{}"), POD.encode()])
def test_what_is_no_snapshot_is_never_replaced(folder: Path, content: bytes) -> None:
    Path("x.snapshot").write_bytes(content)

    with pytest.raises(UsageError, match="is there and is no snapshot"):
        seawall("snapshot", "k8s", "--to", "x.snapshot")

    assert Path("x.snapshot").read_bytes() == content


def test_a_snapshot_is_replaced_and_a_folder_is_not(folder: Path) -> None:
    made()
    (folder / "k8s" / "b.yaml").write_text(POD.replace("name: a", "name: b"))
    made()

    assert len(findings("x.snapshot")) > len(findings("k8s/a.yaml"))
    with pytest.raises(UsageError, match="is there and is no snapshot"):
        seawall("snapshot", "k8s", "--to", "k8s")
    with pytest.raises(UsageError, match="cannot be written"):
        seawall("snapshot", "k8s", "--to", "missing/x.snapshot")


def test_nothing_read_is_nothing_written(folder: Path) -> None:
    (folder / "empty").mkdir()

    result = seawall("snapshot", "empty", "--to", "x.snapshot")

    assert result.return_value == 3
    assert not Path("x.snapshot").exists()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_torn_file_is_told_by_name(folder: Path, share: float) -> None:
    file = made()
    data = file.read_bytes()
    file.write_bytes(data[: max(int(len(data) * share), 40)])

    assert "torn" in problem(file)


def test_a_file_with_a_wrong_byte_is_told_by_name(folder: Path) -> None:
    file = made()
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)

    assert "snapshot" in problem(file)


def rewritten(file: Path, change: tuple[bytes, bytes], *, whole: bool = True) -> None:
    """The file with one text in the place of another, compressed as Seawall does."""
    text = gzip.decompress(file.read_bytes())
    assert change[0] in text
    with file.open("wb") as stream, gzip.GzipFile("seawall-snapshot.jsonl", "wb", 6, stream, 0) as inner:
        inner.write(text.replace(*change) if whole else text.replace(*change)[:-20])


def test_a_later_version_is_told_so(folder: Path) -> None:
    file = made()
    rewritten(file, (b'"version":1', b'"version":2'))

    assert problem(file) == "is a snapshot of format 2; this Seawall reads up to format 1"


def test_what_only_begins_like_one_is_told_so(folder: Path) -> None:
    file = made()
    rewritten(file, (b'"format":"seawall snapshot"', b'"format":"something else"'))

    assert problem(file) == "is no snapshot of Seawall, though it begins like one"


@pytest.mark.parametrize(
    "change",
    [
        (b'"is":"document"', b'"is":"riddle"'),
        (b'"file":"k8s/a.yaml"', b'"file":7'),
        (b'"lines":[', b'"lines":["x",'),
        (b'{"is":"end"', b'{"is":"end"}\n{"is":"end"'),
        (b'{"is":"document"', b"[" * 100_000 + b'{"is":"document"'),
    ],
)
def test_content_that_is_none_is_told_by_name(folder: Path, change: tuple[bytes, bytes]) -> None:
    file = made()
    rewritten(file, change)

    assert "broken snapshot" in problem(file)


@pytest.mark.parametrize(
    "hidden", ['[["spec",-9],"x","y"]', '[["spec","containers",7],"x","y"]', '[["a"],"x","y"]', '[[],"x","y"]']
)
def test_what_is_said_to_be_hidden_where_nothing_is_changes_nothing(folder: Path, hidden: str) -> None:
    file = made()
    rewritten(file, (b'"file":"k8s/a.yaml","value"', f'"hidden":[{hidden}],"file":"k8s/a.yaml","value"'.encode()))

    assert seawall("scan", str(file)).return_value in (0, 1, 3)


@pytest.mark.parametrize("levels", [250, 700])
def test_a_document_that_is_too_deep_is_refused(folder: Path, levels: int) -> None:
    file = made()
    deep = b'{"x":' * levels + b"1" + b"}" * levels
    rewritten(file, (b'"spec":{', b'"spec":{"deep":' + deep + b","))

    assert "snapshot" in problem(file) or "levels" in problem(file)


def test_a_missing_line_makes_it_torn(folder: Path) -> None:
    file = made()
    text = gzip.decompress(file.read_bytes()).splitlines(keepends=True)
    for lines in ([text[0], text[-1]], text[:-1], [text[0]]):
        with file.open("wb") as stream, gzip.GzipFile("seawall-snapshot.jsonl", "wb", 6, stream, 0) as inner:
            inner.write(b"".join(lines))
        assert "torn" in problem(file)


@pytest.mark.parametrize("name", ["MAX_TEXT", "MAX_LINE"])
def test_a_file_that_grows_too_large_is_refused(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = made()
    rewritten(file, (b'{"is":"document"', b" " * 2_000_000 + b'{"is":"document"'))
    monkeypatch.setattr(files, name, 1_000_000)

    assert "holds more than the 1 MB" in problem(file)


def test_places_that_are_nonsense_cost_nothing_but_the_place(folder: Path) -> None:
    file = made()
    rewritten(file, (b'"places":{"lines":[', b'"places":{"lines":[-99999,'))

    assert [(rule, fingerprint) for rule, _, _, fingerprint in findings(str(file))] == [
        (rule, fingerprint) for rule, _, _, fingerprint in findings("k8s")
    ]


def test_a_snapshot_of_the_whole_is_whole_with_more_beside_it(folder: Path) -> None:
    made("--estate")
    (folder / "more.yaml").write_text(POD.replace("name: a", "name: b"))

    of_files = findings("k8s", "more.yaml", "--estate")

    assert {"no-network-policy"} <= {rule for rule, *_ in of_files}
    assert findings("x.snapshot", "more.yaml") == of_files


def test_the_version_that_was_asked_for_is_kept(folder: Path) -> None:
    made("--kube-version", "1.29")

    report = json.loads(seawall("scan", "x.snapshot", "-o", "json").stdout)
    asked = json.loads(seawall("scan", "x.snapshot", "-o", "json", "--kube-version", "1.31").stdout)

    assert report["tool"]["kube_version"] == "1.29"
    assert asked["tool"]["kube_version"] == "1.31"


def test_problems_and_what_was_left_alone_are_kept(folder: Path) -> None:
    (folder / "k8s" / "b.yaml").write_text("apiVersion: v1\nkind: Pod\nmetadata: [\n---\n" + POD)
    (folder / "k8s" / "c.yaml").write_text(POD.replace("hostPID: true", "hostPID: maybe"))
    (folder / "k8s" / "notes.yaml").write_text("a: 1\n")
    seawall("snapshot", "k8s", "--to", "x.snapshot")

    of_files, of_snapshot = (json.loads(seawall("scan", path, "-o", "json").stdout) for path in ("k8s", "x.snapshot"))

    assert len(of_files["problems"]) == 2
    assert of_snapshot == of_files


def test_pseudonyms_by_one_key_are_the_same_and_others_are_not(folder: Path) -> None:
    made("--redact", "--redact-key", "one")
    first = findings("x.snapshot")
    made("--redact", "--redact-key", "one")
    again = findings("x.snapshot")
    made("--redact")

    assert again == first
    assert findings("x.snapshot") != first
    assert [(rule, line) for rule, _, line, _ in first] == [(rule, line) for rule, _, line, _ in findings("k8s")]
    assert json.loads(gzip.decompress(Path("x.snapshot").read_bytes()).splitlines()[0])["redacted"] is True
    assert b'"shop"' not in gzip.decompress(Path("x.snapshot").read_bytes())


def test_a_key_without_pseudonyms_says_nothing(folder: Path) -> None:
    with pytest.raises(UsageError, match="says nothing without --redact"):
        seawall("snapshot", "k8s", "--to", "x.snapshot", "--redact-key", "one")


@pytest.fixture
def cluster() -> Iterator[FakeCluster]:
    deployment = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "cart", "namespace": "shop"},
        "spec": {"template": {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": []}}},
    }
    deployment["spec"]["template"]["spec"]["containers"] = [  # type: ignore[index]  # a tree
        {"name": "web", "image": "web:1.0", "env": [{"name": "DB_PASSWORD", "value": "hunter22"}]}
    ]
    back = read_back(deployment)
    with served(FakeCluster([thing("Namespace", "shop", None), back, *made_of(back), pod("lone")])) as fake:
        fake.rules = [
            {
                "apiGroups": ["", "apps"],
                "resources": ["deployments", "namespaces", "pods", "replicasets"],
                "verbs": ["list"],
            }
        ]
        yield fake


def test_a_snapshot_of_a_cluster_is_scanned_as_the_cluster(folder: Path, cluster: FakeCluster) -> None:
    flags = ["--cluster", "--kubeconfig", kubeconfig(folder, cluster.url)]
    result = seawall("snapshot", *flags, "--to", "x.snapshot")
    assert result.return_value == 0, result.output

    live, kept = (json.loads(seawall("scan", *words, "-o", "json").stdout) for words in (flags, ["x.snapshot"]))

    assert len(live["findings"]) > 10
    assert any("forbids" in row["why"] for row in live["coverage"]["not_looked_at"])
    assert kept == live
    assert b"hunter22" not in gzip.decompress(Path("x.snapshot").read_bytes())


def test_relaxations_in_comments_count_as_before(folder: Path) -> None:
    (folder / "k8s" / "a.yaml").write_text(
        "# seawall: relax host-pid the monitor reads every process\n"
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  hostPID: true\n"
        "  hostIPC: true  # seawall: relax host-ipc shared memory until=2999-01-01\n"
        "  containers:\n  - name: web\n    image: web:1.0\n    command:\n    - |\n      # seawall: relax host-port no\n"
    )
    made()

    of_files, of_snapshot = (json.loads(seawall("scan", path, "-o", "json").stdout) for path in ("k8s", "x.snapshot"))

    assert [row["suppressed"]["reason"] for row in of_files["findings"] if row["suppressed"]] == [
        "the monitor reads every process",
        "shared memory",
    ]
    assert of_snapshot == of_files
