"""`seawall can`, `who-can` and `access`: one small estate, asked as people and programs ask."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, served, thing

from seawall.cli.main import cli

ESTATE = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: cart, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db]}
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
- {apiGroups: [""], resources: [pods/exec], verbs: [create]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: cart}
- {kind: Group, name: dev, apiGroup: rbac.authorization.k8s.io}
- {kind: Group, name: "system:serviceaccounts:shop", apiGroup: rbac.authorization.k8s.io}
"""


@pytest.fixture
def estate(tmp_path: Path) -> str:
    file = tmp_path / "rbac.yaml"
    file.write_text(ESTATE)
    return str(file)


def run(*words: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(cli, [*words, "--no-config"], input=stdin, catch_exceptions=False, standalone_mode=False)


def ask(estate: str, *words: str) -> dict[str, object]:
    found = json.loads(run("can", *words, "-f", estate, "--estate", "-o", "json").stdout)
    assert isinstance(found, dict)
    return found


def test_one_question_with_and_without_a_namespace(estate: str) -> None:
    assert ask(estate, "sa:shop/cart", "get", "pods", "-n", "shop")["allowed"] is True
    assert ask(estate, "sa:shop/cart", "get", "pods", "-n", "ops")["allowed"] is False
    anywhere = ask(estate, "sa:shop/cart", "get", "po")
    assert (anywhere["allowed"], anywhere["namespaces"]) == (True, ["shop"])


def test_names_of_objects(estate: str) -> None:
    assert ask(estate, "sa:shop/cart", "get", "secrets", "db", "-n", "shop")["allowed"] is True
    all_of_them = ask(estate, "sa:shop/cart", "get", "secrets", "-n", "shop")
    assert (all_of_them["allowed"], all_of_them["names"]) == (False, ["db"])
    said = run("can", "sa:shop/cart", "get", "secrets", "-n", "shop", "-f", estate, "--estate").stdout
    assert said.startswith("no: ")
    assert "those named db" in said


def test_groups_of_people_come_from_outside(estate: str) -> None:
    assert ask(estate, "user:jane", "get", "pods", "-n", "shop")["allowed"] == "unknown"
    assert ask(estate, "user:jane", "delete", "pods", "-n", "shop")["allowed"] is False
    assert ask(estate, "user:jane", "get", "pods", "-n", "shop", "--as-group", "dev")["allowed"] is True
    assert ask(estate, "user:jane", "get", "pods", "-n", "shop", "--as-group", "ops")["allowed"] is False
    assert ask(estate, "user:jane", "get", "/version")["allowed"] is True


def test_a_whole_estate_is_asked_for_before_anybody_says_no(estate: str) -> None:
    said = run("can", "sa:shop/cart", "delete", "pods", "-f", estate)
    assert said.stdout.startswith("unknown: ")
    assert "if the input is the whole cluster (--estate): no" in said.stdout
    assert said.return_value == 0


@pytest.mark.parametrize(("verb", "code"), [("get", 0), ("delete", 1)])
def test_the_exit_code_is_the_answer_on_request(estate: str, verb: str, code: int) -> None:
    words = ("can", "sa:shop/cart", verb, "pods", "-n", "shop", "-f", estate, "--estate")
    assert run(*words).return_value == 0
    assert run(*words, "--exit-code").return_value == code


def test_why_shows_the_chain_with_places(estate: str) -> None:
    said = run("can", "sa:shop/cart", "create", "pods/exec", "-n", "shop", "-f", estate, "--why").stdout
    assert 'RoleBinding "shop/readers" gives Role "reader" to service account "shop/cart"' in said
    assert f"{estate}:19" in said


def test_all_that_a_subject_holds(estate: str) -> None:
    said = run("can", "sa:shop/cart", "-f", estate).stdout
    assert "get on secrets named db" in said
    assert "rules that every API server gives to its groups" in said
    rules = json.loads(run("can", "sa:shop/cart", "-f", estate, "-o", "json").stdout)["rules"]
    own = [rule for rule in rules if rule["namespace"] == "shop"]
    assert {tuple(rule["resources"]) for rule in own} == {("secrets",), ("pods", "pods/log"), ("pods/exec",)}
    assert any("/healthz" in rule["urls"] for rule in rules)


@pytest.fixture
def half_seen(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """The options of a cluster whose reader may list accounts and roles, but no bindings."""
    shop = FakeCluster([thing("Namespace", "shop", None), thing("ServiceAccount", "cart")])
    read = {"apiGroups": ["", "rbac.authorization.k8s.io"], "resources": ["namespaces", "serviceaccounts", "roles"]}
    shop.rules = [{**read, "verbs": ["list"]}]
    with served(shop):
        yield ("--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url))


UNREAD = [
    f"objects of kind {kind} could not be read: there may be more" for kind in ("ClusterRoleBinding", "RoleBinding")
]


def test_no_rights_are_told_apart_from_rights_that_were_not_read(half_seen: tuple[str, ...]) -> None:
    said = run("can", "sa:shop/cart", *half_seen)
    assert "nothing of its own in what was read" in said.stdout
    assert {f"  {each}" for each in UNREAD} <= set(said.stdout.splitlines())
    told = json.loads(run("can", "sa:shop/cart", *half_seen, "-o", "json").stdout)
    assert (told["rules"], set(UNREAD) <= set(told["notes"])) == ([], True)


@pytest.mark.parametrize("about", ["shop", "sa:shop/cart"])
def test_a_table_says_what_was_not_read(half_seen: tuple[str, ...], about: str) -> None:
    told = json.loads(run("access", about, *half_seen, "-o", "json").stdout)
    assert set(UNREAD) <= set(told["notes"])


def test_what_a_subject_holds_in_files_may_not_be_all(estate: str) -> None:
    note = "the input is not said to be the whole cluster (--estate): there may be more"
    assert note in run("can", "sa:shop/cart", "-f", estate).stdout
    assert note in run("access", "sa:shop/cart", "-f", estate).stdout
    assert note not in run("can", "sa:shop/cart", "-f", estate, "--estate").stdout


def test_reviews_from_a_file_and_from_standard_input(estate: str, tmp_path: Path) -> None:
    question = {
        "user": "x",
        "groups": ["dev"],
        "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "shop"},
    }
    lines = "".join(json.dumps({"id": number, **question}) + "\n" for number in range(3))
    (tmp_path / "q.jsonl").write_text(lines)
    for said in (
        run("can", "--reviews", str(tmp_path / "q.jsonl"), "-f", estate, "--estate"),
        run("can", "--reviews", "-", "-f", estate, "--estate", stdin=lines),
    ):
        found = [json.loads(line) for line in said.stdout.splitlines()]
        assert [(each["id"], each["allowed"]) for each in found] == [(0, True), (1, True), (2, True)]


def test_who_can_on_named_objects_only(estate: str) -> None:
    said = run("who-can", "get", "secrets", "-n", "shop", "-f", estate, "--estate")
    assert (
        'service account "shop/cart" in shop, only those named db  <- RoleBinding "shop/readers" -> Role "reader"'
        in (said.stdout)
    )
    assert "3 on named objects only" in said.stdout
    found = json.loads(run("who-can", "get", "secrets", "-n", "shop", "-f", estate, "-o", "json").stdout)
    assert [row["names"] for row in found["subjects"] if row["subject"] == "sa:shop/cart"] == [["db"]]
    named = json.loads(run("who-can", "get", "secrets", "db", "-n", "shop", "-f", estate, "-o", "json").stdout)
    assert [row["names"] for row in named["subjects"] if row["subject"] == "sa:shop/cart"] == [[]]


def test_a_role_that_gathers_others_is_called_as_the_binding_calls_it(tmp_path: Path) -> None:
    text = ESTATE.replace("kind: Role, name: reader", "kind: ClusterRole, name: edit")
    (tmp_path / "rbac.yaml").write_text(text)
    said = run("who-can", "create", "deploy", "-n", "shop", "-f", str(tmp_path)).stdout
    assert 'group "dev" in shop  <- RoleBinding "shop/readers" -> ClusterRole "edit"' in said


def test_the_table_of_a_namespace_holds_who_may_do_it_everywhere(tmp_path: Path) -> None:
    root = """---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: root}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects: [{kind: Group, name: ops, apiGroup: rbac.authorization.k8s.io}]
"""
    (tmp_path / "rbac.yaml").write_text(ESTATE + root)
    found = json.loads(run("access", "shop", "-f", str(tmp_path), "--estate", "-o", "json").stdout)
    rows = {row["subject"]: row for row in found["rows"]}
    assert rows["group:ops (everywhere)"]["secrets"] == "rw"
    assert any("to whom every API server gives rights" in note for note in found["notes"])


@pytest.mark.parametrize(
    ("words", "note"),
    [
        (
            ("can", "sa:shop/cart", "get", "pods", "-n", "shp"),
            "no namespace 'shp' is in what was read; did you mean 'shop'?",
        ),
        (
            ("can", "sa:shop/crt", "get", "pods"),
            "no account 'shop/crt' is declared, used or bound in what was read; did",
        ),
        (
            ("can", "sa:shop/cart", "gett", "pods"),
            "'gett' is no verb that the API server asks about; did you mean 'get'?",
        ),
        (("who-can", "gett", "pods"), "'gett' is no verb"),
    ],
)
def test_what_may_be_misspelt_is_answered_and_told(estate: str, words: tuple[str, ...], note: str) -> None:
    said = run(*words, "-f", estate, "--estate")
    assert said.return_value == 0
    assert note in said.stderr
    right = run("can", "sa:shop/cart", "get", "pods", "-n", "shop", "-f", estate, "--estate")
    assert right.stderr == ""


def test_a_stream_that_get_opens_on_older_servers_is_told(tmp_path: Path) -> None:
    (tmp_path / "rbac.yaml").write_text(ESTATE.replace("verbs: [create]", "verbs: [get]"))
    words = (
        "can",
        "sa:shop/cart",
        "create",
        "pods/exec",
        "-n",
        "shop",
        "-f",
        str(tmp_path),
        "--estate",
        "--kube-version",
    )
    assert "opens the same stream over WebSockets before Kubernetes 1.35" in run(*words, "1.34").stderr
    assert run(*words, "1.35").stderr == ""


@pytest.mark.parametrize(
    "words", [("can", "sa:a/b"), ("can", "sa:a/b", "get", "pods"), ("who-can", "get", "pods"), ("access", "a")]
)
def test_of_nothing_nothing_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "none.yaml").write_text("")
    said = run(*words, "-f", str(tmp_path), "--estate")
    assert (said.return_value, said.stdout) == (3, "")
    assert "nothing was read" in said.stderr


def test_reviews_of_nothing_are_unknown(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("")
    line = json.dumps({"id": 1, "user": "x", "resourceAttributes": {"verb": "get", "resource": "pods"}})
    said = run("can", "--reviews", "-", "-f", str(tmp_path / "none.yaml"), "--estate", stdin=line)
    assert json.loads(said.stdout)["allowed"] == "unknown"
    assert said.return_value == 3
    assert "holds no question" in run("can", "--reviews", "-", "-f", str(tmp_path), stdin="").stderr


def test_who_can(estate: str) -> None:
    found = json.loads(
        run("who-can", "create", "pods/exec", "-n", "shop", "-f", estate, "--estate", "-o", "json").stdout
    )
    rows = {row["subject"]: row for row in found["subjects"]}
    assert set(rows) == {"sa:shop/cart", "group:dev", "group:system:serviceaccounts:shop"}
    assert rows["group:system:serviceaccounts:shop"]["accounts"] == ["sa:shop/cart", "sa:shop/default"] or (
        rows["group:system:serviceaccounts:shop"]["accounts"] == ["sa:shop/cart"]
    )
    said = run("who-can", "create", "pods/exec", "-f", estate, "--why").stdout
    assert 'group "system:masters", always' in said
    assert 'group "dev" in shop' in said
    assert "there may be more" in said
    nobody = run("who-can", "create", "pods/exec", "-n", "ops", "-f", estate, "--estate", "--exit-code")
    assert nobody.return_value == 1


def test_the_table_of_a_namespace(estate: str) -> None:
    said = run("access", "shop", "-f", estate, "--estate", "-o", "csv").stdout
    rows = {row["subject"]: row for row in csv.DictReader(said.splitlines())}
    assert (rows["sa:shop/cart"]["secrets"], rows["sa:shop/cart"]["pods"]) == ("(r)", "r")
    assert rows["group:dev"]["pods/exec"] == "w"
    assert "| subject |" in run("access", "shop", "-f", estate, "-o", "markdown").stdout


def test_a_user_and_a_group_of_one_name_are_two_rows_and_an_open_namespace_hides_nobody(tmp_path: Path) -> None:
    head = "apiVersion: rbac.authorization.k8s.io/v1\n"
    subjects = "{kind: User, name: dev}, {kind: Group, name: dev}, "
    subjects += "{kind: ServiceAccount, name: ci, namespace: '${CI}'}"
    role = "roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}"
    kinds = ("RoleBinding\nmetadata: {name: a, namespace: default}", "ClusterRoleBinding\nmetadata: {name: a}")
    for kind in kinds:
        file = tmp_path / "bindings.yaml"
        file.write_text(f"{head}kind: {kind}\n{role}\nsubjects: [{subjects}]\n")
        said = run("access", "default", "-f", str(file), "--estate", "-o", "csv").stdout
        rows = {row["subject"].partition(" ")[0]: row["pods"] for row in csv.DictReader(said.splitlines())}
        assert [rows[name] for name in ("user:dev", "group:dev", "sa:${CI}/ci")] == ["rw", "rw", "??"]


def test_no_name_in_a_table_is_markup_or_mentions_anybody(tmp_path: Path) -> None:
    name = "@team [x](http://x.example) ~~gone~~"
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "b", "namespace": "shop"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "view"},
        "subjects": [{"kind": "User", "name": name}],
    }
    file = tmp_path / "b.json"
    file.write_text(json.dumps(binding))
    said = run("access", "shop", "-f", str(file), "-o", "markdown").stdout
    assert "team" in said
    assert not any(markup in said for markup in ("@team", "[x]", "~~"))


def test_the_table_of_a_subject(estate: str) -> None:
    rows = json.loads(run("access", "sa:shop/cart", "-f", estate, "-o", "json").stdout)["rows"]
    found = {(row["namespace"], row["resource"]): row for row in rows}
    assert found["shop", "secrets"]["get"] == "yes (db)"
    assert found["shop", "pods/exec"]["create"] == "yes"
    assert found["*", "/healthz"]["get"] == "yes"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("can",), "no SUBJECT is named"),
        (("can", "jane"), "'jane' is no subject"),
        (("can", "sa:cart"), "'sa:cart' is no service account"),
        (("can", "sa:shop/cart", "get"), "'get' what?"),
        (("can", "sa:shop/cart", "get", "widgets"), "no resource 'widgets' is known"),
        (("can", "sa:shop/cart", "get", "pod", "--as-group", "dev"), "the groups of 'sa:shop/cart' are known"),
        (("can", "sa:shop/cart", "--reviews", "x"), "--reviews holds the questions"),
        (("can", "--reviews", "/nowhere/x"), "cannot be read"),
        (("who-can", "get", "secretz"), "Did you mean 'secrets'?"),
        (
            ("can", "sa:shop/cart", "get", "deploy/web"),
            "The name of an object is an argument of its own: deployments.apps web",
        ),
        (("can", "sa:shop/cart", "get", "pods/logs"), "Did you mean pods/log?"),
        (("can", "sa:shop/cart", "get", "pods.apps"), "the API group 'apps' has no pods Did you mean pods?"),
        (("access", "shp"), "did you mean 'shop'?"),
    ],
)
def test_what_cannot_be_meant_is_said(estate: str, words: tuple[str, ...], said: str) -> None:
    from seawall.errors import UsageError

    with pytest.raises(UsageError) as caught:
        run(*words, "-f", estate)
    assert said in f"{caught.value.message} {caught.value.hint}"
