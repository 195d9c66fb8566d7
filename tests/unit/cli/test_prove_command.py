"""`seawall prove`: the chain of a fail, of an unknown and of a credential, and what is meant by a word."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.main import cli
from seawall.errors import UsageError

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: yes
  hostIPC: ${IPC}
  containers:
  - name: web
    image: registry.example/web:1
    env:
    - {name: DB_PASSWORD, value: "Xk29-qLp0-77Zz"}
"""


def run(*words: str) -> Result:
    words = ("prove", "--no-config", *words)
    return CliRunner().invoke(cli, list(words), catch_exceptions=False, standalone_mode=False)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "pod.yaml").write_text(POD)
    return tmp_path / "pod.yaml"


def test_a_fail_from_the_bytes_to_the_source(file: Path) -> None:
    said = run("host-pid", "-f", str(file)).stdout
    assert hashlib.sha256(POD.encode()).hexdigest() in said
    assert "    5 |   hostPID: yes" in said
    assert f"$ sed -n 5p {file}" in said
    assert "field spec.hostPID" in said
    assert "value: true" in said
    assert "Kubernetes 1.37" in said
    assert "src/seawall/rules/pod/host_pid.py" in said
    assert "fail, high: " in said


def test_an_absent_field_is_told_with_what_stands_for_it(file: Path) -> None:
    said = run("writable-root-filesystem", "-f", str(file)).stdout
    assert "value: absent" in said
    assert "What stands for the absent field\n   false" in said


def test_an_unknown_says_what_would_settle_it(file: Path) -> None:
    said = run("host-ipc", "-f", str(file)).stdout
    assert "unknown: " in said
    assert "not decided: '${IPC}'" in said
    assert "envsubst < FILE | seawall scan -" in said


def test_of_a_credential_nothing_is_shown(file: Path) -> None:
    for words in (("secret-in-env-value",), ("secret-in-env-value", "-o", "json"), ("no-memory-limit",)):
        assert "Xk29" not in run(*words, "-f", str(file)).stdout
    assert "not shown" in run("secret-in-env-value", "-f", str(file)).stdout


def test_a_program_gets_the_steps(file: Path) -> None:
    found = json.loads(run("host-pid", "-f", str(file), "-o", "json").stdout)
    assert (found["rule"], found["verdict"]) == ("host-pid", "fail")
    again = json.loads(run(found["fingerprint"], "-f", str(file), "-o", "json").stdout)
    short = json.loads(run(found["fingerprint"][:6], "-f", str(file), "-o", "json").stdout)
    assert found == again == short
    assert found["steps"][0]["title"] == "The bytes of the file"


ADMIN = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      serviceAccountName: op
      containers: [{name: web, image: "registry.example/web:${TAG}"}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: binder}
rules:
- {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles, clusterrolebindings], verbs: [create, bind]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: operator}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: binder}
subjects:
- {kind: Group, name: nobody}
- {kind: ServiceAccount, name: op, namespace: shop}
"""


def _lines(file: Path, rule: str, title: str) -> list[str]:
    """The lines and commands of a step."""
    found = json.loads(run(rule, "--estate", "-f", str(file), "-o", "json").stdout)
    step = next(step for step in found["steps"] if step["title"] == title)
    return [*step["lines"], *step["commands"]]


def test_what_decides_in_other_objects_is_told_with_its_places(file: Path) -> None:
    file.write_text(ADMIN)
    binding, role = _lines(file, "workload-cluster-admin", "What else decides")
    assert binding.startswith('ClusterRoleBinding "operator" gives ClusterRole "binder" to service account "shop/op"')
    assert binding.endswith(f"({file}:24)")
    assert role.endswith(f"({file}:16)")
    assert _lines(file, "workload-cluster-admin", "How to see it in a cluster") == [
        "kubectl auth can-i '*' '*' --all-namespaces --as=system:serviceaccount:shop:op"
    ]
    file.write_text(ADMIN.replace("- {kind: Group, name: nobody}\n", ""))
    assert _lines(file, "subject-equals-cluster-admin", "What else decides")[0].endswith(f"({file}:23)")
    assert _lines(file, "subject-equals-cluster-admin", "How to see it in a cluster") == [
        "kubectl auth can-i --list --as=system:serviceaccount:shop:op"
    ]


def test_of_a_role_is_told_to_whom_it_is_given(file: Path) -> None:
    file.write_text(ADMIN)
    group, account = _lines(file, "rbac-escalate-bind-impersonate", "What else decides")
    assert group == f'ClusterRoleBinding "operator" gives it to group "nobody"  ({file}:23)'
    assert account == f'ClusterRoleBinding "operator" gives it to service account "shop/op"  ({file}:24)'


@pytest.mark.parametrize(("space", "rule"), [("shop", "namespace"), ("db", "cluster")])
def test_what_an_account_holds_over_others_is_told_with_its_places(file: Path, space: str, rule: str) -> None:
    text = ADMIN.replace("kind: ClusterRoleBinding", "kind: RoleBinding").replace(
        "{name: operator}", f"{{name: operator, namespace: {space}}}"
    )
    held = "{apiGroups: [''], resources: [secrets], verbs: [get]}"
    before, _, after = text.partition("- {apiGroups")
    file.write_text(f"{before}- {held}\n{after.partition(chr(10))[2]}")
    first, second = _lines(file, f"workload-{rule}-takeover", "What else decides")
    assert first.startswith(f'RoleBinding "{space}/operator" gives')
    assert second.endswith(f"({file}:16)")


def test_the_command_names_what_the_finding_is_about(file: Path) -> None:
    file.write_text(ADMIN)
    title = "How to see it in a cluster"
    assert _lines(file, "run-as-root", title) == ["kubectl exec -n shop deployment/web -- id -u"]
    assert _lines(file, "no-network-policy", title) == ["kubectl get networkpolicies -n shop"]
    # The head of a column is no name.
    assert "custom-columns=NAME:.metadata.name" in _lines(file, "no-memory-limit", title)[0]
    file.write_text(POD)
    assert _lines(file, "run-as-root", title) == ["kubectl exec -n shop web -- id -u"]
    file.write_text(POD.replace("namespace: shop", "namespace: '${SPACE}'"))
    assert _lines(file, "run-as-root", title) == ["kubectl exec -n NAMESPACE web -- id -u"]


def test_what_settles_a_part_names_the_whole_value(file: Path) -> None:
    file.write_text(ADMIN)
    said = _lines(file, "image-tag-mutable", "What would settle it")[0]
    assert said.startswith("fill in registry.example/web:${TAG} first")


def test_a_rule_that_is_misspelt_is_suggested(file: Path) -> None:
    with pytest.raises(UsageError, match="there is no rule 'host-pidd'") as caught:
        run("host-pidd", "-f", str(file))
    assert caught.value.hint == "Did you mean host-pid?"


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("0000000000000000", "no finding has the fingerprint"),
        ("host-network", "rule host-network finds nothing"),
        ("ab", "no finding has the fingerprint 'ab'"),
    ],
)
def test_what_is_not_there_is_said(file: Path, word: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        run(word, "-f", str(file))


def test_of_nothing_nothing_is_proved(tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("")
    said = run("host-pid", "-f", str(tmp_path))
    assert (said.return_value, said.stdout) == (3, "")
    assert "nothing was read" in said.stderr


def test_several_are_listed(file: Path) -> None:
    file.write_text(f"{POD}---\n{POD.replace('name: web, n', 'name: api, n')}")
    with pytest.raises(UsageError, match="2 findings are meant") as caught:
        run("host-pid", "-f", str(file))
    assert 'Pod "api"' in caught.value.hint
