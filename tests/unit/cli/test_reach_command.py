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
    assert "no Pod 'shop/other'" in found[3]["error"]
    assert result.return_value == 0


def test_only_some_ports_are_open(tmp_path: Path) -> None:
    text = WORLD.replace("ports: [{port: pg}]\n", "ports: [{port: pg}, {port: '${PORT}', protocol: UDP}]\n")
    question = '{"id": 1, "from": "shop/pod/web", "to": "shop/pod/db"}\n'
    found = json.loads(run(tmp_path, "--estate", "--questions", "-", text=text, stdin=question).stdout)
    assert (found["allowed"], found["unknown"]) == ({"TCP": [[5432, 5432]]}, {"UDP": [[1, 65535]]})


def test_the_matrix_in_each_format(tmp_path: Path) -> None:
    text = run(tmp_path, "--estate", "--matrix").stdout
    assert "shop/Pod/db\n  TCP 5432  <-  shop/Pod/web\nshop/Pod/web\n  all ports  <-  shop/Pod/db\n" in text
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
        ("--matrix", "-n", "shop"),
    ],
)
def test_what_cannot_be_asked_is_refused(tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        run(tmp_path, *options)


@pytest.mark.parametrize("options", [("--matrix",), ENDS, ("--questions", "-")])
def test_where_nothing_is_read_nothing_is_answered(tmp_path: Path, options: tuple[str, ...]) -> None:
    result = run(tmp_path, *options, "--estate", text="a: b\n", stdin="")
    assert (result.return_value, result.stdout) == (3, "")
    assert "nothing was read" in result.stderr


def test_a_difference_from_nothing_is_none(tmp_path: Path) -> None:
    result = run(tmp_path, "--diff", str(tmp_path / "nowhere"), str(tmp_path / "world.yaml"))
    assert (result.return_value, result.stdout) == (3, "")
    assert "nowhere: does not exist" in result.stderr


def test_no_questions_are_told(tmp_path: Path) -> None:
    result = run(tmp_path, "--questions", "-", stdin="\n\n")
    assert (result.return_value, result.stdout) == (0, "")
    assert "there are no questions in standard input" in result.stderr


COPIES = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: a}]}}
---
apiVersion: v1
kind: Service
metadata: {name: front, namespace: shop}
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80}]}
"""
CLOSED = """\
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}, policyTypes: [Ingress]}
"""


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        ("web", "no namespace 'web' is in what was read; did you mean 'shop/Deployment/web'?"),
        ("shp", "no namespace 'shp' is in what was read; did you mean 'shop'?"),
        ("shop/web", "'shop' is no kind of workload that was read; did you mean 'shop/Deployment/web'?"),
        ("10.0.0.300", "'10.0.0.300' is no IP address and no CIDR block"),
        ("10.0.0.0/40", "'10.0.0.0/40' is no IP address and no CIDR block"),
        (
            "shop/deploy/webb",
            "no Deployment 'shop/webb' with pods is in what was read; did you mean 'shop/Deployment/web'?",
        ),
        (
            "deploy/web",
            "no Deployment 'default/web' with pods is in what was read; did you mean 'shop/Deployment/web'?",
        ),
        ("shop/deplyo/web", "'deplyo' is no kind of workload that was read; did you mean 'shop/Deployment/web'?"),
        ("svc:shop/web", "no Service 'shop/web' is in what was read; did you mean 'shop/Deployment/web'?"),
        ("svc:front", "no Service 'default/front' is in what was read; did you mean 'shop/Service/front'?"),
        ("shop/cj/x", "no cj 'shop/x' with pods is in what was read"),
    ],
)
def test_a_name_that_is_not_there_says_what_is_missing_and_what_is_like_it(
    tmp_path: Path, wanted: str, error: str
) -> None:
    with pytest.raises(UsageError) as caught:
        run(tmp_path, wanted, "internet", text=COPIES)
    assert caught.value.message == error


def test_a_namespace_for_names_that_say_none(tmp_path: Path) -> None:
    for ends in (("deploy/web", "svc:front"), ("svc/front", "deploy/web")):
        assert run(tmp_path, *ends, "-n", "shop", "--estate", text=COPIES).stdout.startswith("yes")
    line = '{"from": {"kind": "Deployment", "name": "web"}, "to": "deploy/web"}'
    result = run(tmp_path, "--questions", "-", "-n", "shop", "--estate", text=COPIES, stdin=line)
    assert json.loads(result.stdout)["allowed"] == "ALL"


@pytest.mark.parametrize(
    ("port", "answer", "allowed"),
    [
        (5432, "yes", {"TCP": [[5432, 5432]]}),
        ("pg", "yes", {"TCP": [[5432, 5432]]}),
        ("5432/UDP", "no", {}),
        ("5432-5433", "unknown", {"TCP": [[5432, 5432]]}),
        (None, None, {"TCP": [[5432, 5432]]}),
    ],
)
def test_a_question_is_answered_for_its_port(tmp_path: Path, port: object, answer: object, allowed: object) -> None:
    line = json.dumps({"id": 1, "from": ENDS[0], "to": ENDS[1], "port": port})
    found = json.loads(run(tmp_path, "--estate", "--questions", "-", stdin=line).stdout)
    assert (found.get("answer"), found["allowed"]) == (answer, allowed)


@pytest.mark.parametrize("port", [True, 80.5, [80], 0, 65536, -1, "http", ""])
def test_a_port_that_is_none_is_an_error(tmp_path: Path, port: object) -> None:
    line = json.dumps({"id": 1, "from": ENDS[0], "to": ENDS[1], "port": port})
    found = json.loads(run(tmp_path, "--estate", "--questions", "-", stdin=line).stdout)
    assert set(found) == {"id", "error"}
    assert "port" in found["error"]


def test_fields_that_mean_nothing_are_named(tmp_path: Path) -> None:
    line = json.dumps({"id": 1, "from": ENDS[0], "to": ENDS[1], "ports": 80, "protocol": "TCP"})
    found = json.loads(run(tmp_path, "--estate", "--questions", "-", stdin=line).stdout)
    assert (found["ignored"], found["allowed"]) == (["ports", "protocol"], {"TCP": [[5432, 5432]]})


def test_what_comes_from_the_internet_says_that_policies_alone_were_asked(tmp_path: Path) -> None:
    text = run(tmp_path, "internet", ENDS[0], "--estate").stdout
    assert "policies only: nothing that was read opens a way in from outside" in text
    text = run(tmp_path, "internet", "shop/deploy/web", "--estate", text=COPIES).stdout
    assert "from internet: LoadBalancer shop/front" in text
    found = json.loads(run(tmp_path, "internet", "shop/deploy/web", "-o", "json", text=COPIES).stdout)
    assert found["ways_in"][0]["text"] == "from internet: LoadBalancer shop/front"
    assert "ways_in" not in json.loads(run(tmp_path, *ENDS, "-o", "json").stdout)


@pytest.mark.parametrize(("policy", "told"), [("", "all ports"), (CLOSED, "")])
def test_copies_of_a_workload_are_told_alike_everywhere(tmp_path: Path, policy: str, told: str) -> None:
    """To itself a pod is always open; what the matrix says of a workload to itself is about another copy."""
    text = COPIES + policy
    found = json.loads(run(tmp_path, *["shop/deploy/web"] * 2, "--estate", "-o", "json", text=text).stdout)
    assert (found["allowed"], found["copies"]) == ("ALL", {"allowed": "ALL" if told else {}})
    person = run(tmp_path, *["shop/deploy/web"] * 2, "--estate", text=text).stdout
    assert "shown for" not in json.dumps(found["because"])
    assert f"of another copy of it: {'yes, all ports' if told else 'no'}" in person
    table = run(tmp_path, "--matrix", "--estate", text=text).stdout
    assert (
        "  all ports  <-  another copy of it" in table or "every workload" in table.split("the internet")[0]
    ) is bool(told)
    rows = csv.DictReader(io.StringIO(run(tmp_path, "--matrix", "--estate", "-o", "csv", text=text).stdout))
    own = [row["allowed"] for row in rows if row["to"] == "shop/Deployment/web" and row["from"] != "internet"]
    assert own == ([told] if told else [])


def test_the_matrix_as_markdown(tmp_path: Path) -> None:
    text = run(tmp_path, "--matrix", "-o", "markdown").stdout
    assert text.startswith("### What reaches what")
    assert "| shop/Pod/db | shop/Pod/web | TCP 5432 |" in text
    assert "--estate" in text


def test_who_is_kept_out_is_not_the_pod_itself(tmp_path: Path) -> None:
    """`every workload but X` of X itself would read as if it did not reach itself."""
    pod, db, policy = WORLD.split("---\n")
    names = [f"w{each}" for each in range(3)]
    policy = policy.replace("from: [", "from: [{podSelector: {}}, ") + "".join(
        f"  - {{from: [{{podSelector: {{matchLabels: {{app: {name}}}}}}}], ports: [{{port: pg}}]}}\n" for name in names
    )
    text = "---\n".join([*(pod.replace("web", name) for name in ("web", *names)), db, policy])
    table = run(tmp_path, "--matrix", "--estate", text=text).stdout
    assert table.startswith("shop/Pod/db\n  TCP 5432  <-  every other workload\nshop/Pod/w0\n")


def test_one_policy_in_two_files_is_one_reason(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "again.yaml").write_text(CLOSED)
    text = run(
        tmp_path, "internet", "shop/deploy/web", "--why", "-f", str(tmp_path / "more"), text=COPIES + CLOSED
    ).stdout
    assert text.count("it lets nothing through") == 1
    assert "world.yaml:16 and 1 more place)" in text
