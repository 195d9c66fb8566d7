"""`seawall reach`: what it prints, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.reach import reach
from seawall.errors import UsageError

WORLD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: c, image: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: a, ports: [{name: pg, containerPort: 5432}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}]
    ports: [{port: pg}]
"""
ENDS = ("shop/pod/web", "shop/pod/db")


def run(folder: Path, *options: str, text: str = WORLD, stdin: str | None = None) -> Result:
    (folder / "world.yaml").write_text(text)
    runner = CliRunner(env={"COLUMNS": "100"})
    arguments = [*options] if "--diff" in options else ["-f", str(folder / "world.yaml"), *options]
    return runner.invoke(reach, arguments, input=stdin, standalone_mode=False, catch_exceptions=False)


def test_an_answer_with_its_reasons(tmp_path: Path) -> None:
    result = run(tmp_path, *ENDS, "--estate", "--why")
    assert result.return_value == 0
    lines = result.stdout.splitlines()
    assert lines[:2] == ['yes  Pod "shop/web" -> Pod "shop/db"', "  yes, TCP 5432"]
    assert any("ingress[0] lets in" in line and "world.yaml:17" in line for line in lines)
    assert any(line.startswith("  take TCP 5432 out of ingress[0]") for line in lines)


def test_a_closed_pair_says_which_rule_would_open_it(tmp_path: Path) -> None:
    result = run(tmp_path, *ENDS, "--port", "80", "--estate", "--why", "--exit-code")
    assert result.return_value == 1
    assert result.stdout.startswith('no  Pod "shop/web" -> Pod "shop/db" on TCP 80\n')
    assert 'add to NetworkPolicy "shop/db" a rule of ingress from pods {app: web} of namespace shop' in result.stdout


@pytest.mark.parametrize(
    ("options", "word", "code"),
    [
        (("--estate",), "yes", 0),
        (("--estate", "--port", "pg"), "yes", 0),
        (("--estate", "--port", "5432/TCP"), "yes", 0),
        (("--estate", "--port", "5432/UDP"), "no", 1),
        (("--estate", "--port", "5000-6000"), "unknown", 1),
        ((), "unknown", 1),
        (("--estate", "--port", "5432/UDP", "--cni", "none"), "yes", 0),
    ],
)
def test_the_exit_code_is_that_of_the_answer(tmp_path: Path, options: tuple[str, ...], word: str, code: int) -> None:
    result = run(tmp_path, *ENDS, *options, "--exit-code")
    assert (result.stdout.split()[0], result.return_value) == (word, code)


def test_json(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, *ENDS, "--estate", "-o", "json").stdout)
    assert (found["answer"], found["allowed"], found["assumes"]) == ("yes", {"TCP": [[5432, 5432]]}, [])
    assert found["because"][-1]["line"] == 17
    part = json.loads(run(tmp_path, *ENDS, "-o", "json").stdout)
    assert (part["allowed"], part["if_whole"]) == ("unknown", {"allowed": {"TCP": [[5432, 5432]]}})
    assert "--estate" in part["because"][0]["text"]


def test_questions_are_answered_in_their_order_and_a_bad_one_says_why(tmp_path: Path) -> None:
    lines = [
        '{"id": 1, "from": "shop/pod/web", "to": {"namespace": "shop", "kind": "Pod", "name": "db"}}',
        '{"id": 2, "from": {"ip": "10.0.0.1"}, "to": "shop/pod/db"}',
        '{"id": 3, "from": "shop/pod/db", "to": "10.0.0.1"}',
        '{"id": 4, "from": "shop/pod/other", "to": "shop/pod/db"}',
        '{"id": 5, "from": "shop/pod/web"}',
        "[]",
        "nothing",
        "[" * 100_000,
        "",
        '{"id": "six", "from": "shop/pod/web", "to": "shop/"}',
    ]
    result = run(tmp_path, "--estate", "--questions", "-", stdin="\ufeff" + "\n".join(lines))
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(each["id"], each.get("allowed", "error")) for each in found] == [
        (1, {"TCP": [[5432, 5432]]}), (2, {}), (3, "ALL"), (4, "error"), (5, "error"), (None, "error"), (None, "error"),
        (None, "error"),
        ("six", {"TCP": [[5432, 5432]]}),
    ]  # fmt: skip
    assert "there is no pod 'shop/other'" in found[3]["error"]
    assert result.return_value == 0


def test_only_some_ports_are_open(tmp_path: Path) -> None:
    text = WORLD.replace("ports: [{port: pg}]\n", "ports: [{port: pg}, {port: '${PORT}', protocol: UDP}]\n")
    question = '{"id": 1, "from": "shop/pod/web", "to": "shop/pod/db"}\n'
    found = json.loads(run(tmp_path, "--estate", "--questions", "-", text=text, stdin=question).stdout)
    assert (found["allowed"], found["unknown"]) == ({"TCP": [[5432, 5432]]}, {"UDP": [[1, 65535]]})


def test_the_matrix_in_each_format(tmp_path: Path) -> None:
    text = run(tmp_path, "--estate", "--matrix").stdout
    assert "shop/Pod/db\n  TCP 5432  <-  shop/Pod/web\nshop/Pod/web\n  all ports  <-  every workload\n" in text
    rows = list(csv.DictReader(io.StringIO(run(tmp_path, "--estate", "--matrix", "-o", "csv").stdout)))
    assert {"to": "shop/Pod/db", "from": "shop/Pod/web", "allowed": "TCP 5432", "unknown": ""} in rows
    assert {"to": "shop/Pod/web", "from": "internet", "allowed": "all ports", "unknown": ""} in rows
    found = json.loads(run(tmp_path, "--estate", "--matrix", "-o", "json").stdout)
    assert found["classes"] == [{"id": 0, "members": ["shop/Pod/db"]}, {"id": 1, "members": ["shop/Pod/web"]}]
    assert {"to": 0, "from": [1], "allowed": {"TCP": [[5432, 5432]]}, "unknown": {}} in found["flows"]
    dot = run(tmp_path, "--estate", "--matrix", "-o", "dot").stdout
    assert '  c1 -> c0 [label="TCP 5432"];' in dot
    assert "--estate" in run(tmp_path, "--matrix").stdout.splitlines()[0]


def test_the_matrix_names_who_is_alike(tmp_path: Path) -> None:
    text = run(tmp_path, "--estate", "--matrix", text=WORLD.partition("---\napiVersion: net")[0]).stdout
    assert text.startswith("shop/Pod/db  and 1 like it: shop/Pod/web\n  all ports  <-  every workload\n")


def test_what_a_change_opened(tmp_path: Path) -> None:
    for name, port in (("old", "pg"), ("new", "80")):
        (tmp_path / f"{name}.yaml").write_text(WORLD.replace("port: pg", f"port: {port}"))
    paths = (str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"))
    result = run(tmp_path, "--diff", *paths, "--estate", "--exit-code")
    assert result.return_value == 1
    assert result.stdout.splitlines()[:2] == [
        "opened  shop/Pod/web -> shop/Pod/db: TCP 80 (was closed, is open)",
        "closed  shop/Pod/web -> shop/Pod/db: TCP 5432 (was open, is closed)",
    ]
    markdown = run(tmp_path, "--diff", *paths, "--estate", "-o", "markdown").stdout
    assert "| shop/Pod/db | shop/Pod/web | TCP 80 | closed | open |" in markdown
    found = json.loads(run(tmp_path, "--diff", *paths, "-o", "json").stdout)
    assert (found["whole"], found["opened"][0]["ports"]) == (False, {"TCP": [[80, 80]]})
    same = run(tmp_path, "--diff", paths[0], paths[0], "--estate", "--exit-code")
    assert (same.stdout, same.return_value) == ("no pair opened or closed\n", 0)


def test_destinations_that_a_change_treats_alike_are_one_line(tmp_path: Path) -> None:
    third = WORLD.split("---\n")[1].replace("name: db", "name: db2")
    for name, port in (("old", "pg"), ("new", "80")):
        (tmp_path / f"{name}.yaml").write_text(f"{WORLD.replace('port: pg', f'port: {port}')}---\n{third}")
    paths = (str(tmp_path / "old.yaml"), str(tmp_path / "new.yaml"))
    opened = run(tmp_path, "--diff", *paths, "--estate").stdout.splitlines()[0]
    assert opened == "opened  shop/Pod/web -> shop/Pod/db, shop/Pod/db2: TCP 80 (was closed, is open)"


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("shop/pod/web",),
        (*ENDS, "--matrix"),
        ("--matrix", "--port", "80"),
        ("--matrix", "--questions", "x"),
        ("--questions", "/nowhere/at/all"),
        (*ENDS, "-o", "csv"),
        (*ENDS, "--port", "no"),
        (*ENDS, "--cni", "wires"),
        (*ENDS, "--assume", "x=y"),
        ("shop/pod/web", "shop/pod/nothing"),
        ("--diff", "a", "b", "-f", "c"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(tmp_path, *options)


def test_where_nothing_is_read_nothing_is_answered(tmp_path: Path) -> None:
    assert run(tmp_path, "--matrix", "--estate", text="a: b\n").return_value == 3
