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


def test_several_are_listed(file: Path) -> None:
    file.write_text(f"{POD}---\n{POD.replace('name: web, n', 'name: api, n')}")
    with pytest.raises(UsageError, match="2 findings are meant") as caught:
        run("host-pid", "-f", str(file))
    assert 'Pod "api"' in caught.value.hint
