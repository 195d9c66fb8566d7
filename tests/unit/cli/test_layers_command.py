"""`seawall layers`: what it prints, and how it ends."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing

from seawall.cli.layers import layers

TEXT = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted}}
---
apiVersion: v1
kind: Service
metadata: {name: "w\\u001beb", namespace: shop}
spec: {type: LoadBalancer}
"""


def run(folder: Path, *options: str, text: str = TEXT) -> Result:
    (folder / "a.yaml").write_text(text)
    runner = CliRunner(env={"COLUMNS": "80"})
    return runner.invoke(layers, [str(folder), *options], standalone_mode=False, catch_exceptions=False)


def test_each_mechanism_is_named_explained_and_placed(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.return_value == 0
    assert "● Pod Security admission  present\n" in result.stdout
    assert "    Refuses pods that ask for power over their node" in result.stdout
    assert f"({tmp_path}/a.yaml:3)" in result.stdout
    assert "? Kubelet  not seen from here\n" in result.stdout
    assert "\x1b" not in result.stdout


def test_lines_fit_the_terminal(tmp_path: Path) -> None:
    wide = [line for line in run(tmp_path).stdout.splitlines() if len(line) > 80 and str(tmp_path) not in line]
    assert wide == []


def test_nothing_is_absent_unless_the_input_is_the_whole_cluster(tmp_path: Path) -> None:
    assert "  absent" not in run(tmp_path, "--layer", "isolation").stdout
    assert "○ RuntimeClass  absent" in run(tmp_path, "--layer", "isolation", "--estate").stdout


def test_one_layer_alone(tmp_path: Path) -> None:
    shown = run(tmp_path, "--layer", "Admission").stdout
    assert shown.startswith("ADMISSION\n")
    assert "WORKLOADS" not in shown


def test_a_program_gets_states_counts_and_places(tmp_path: Path) -> None:
    report = json.loads(run(tmp_path, "-o", "json", "--estate").stdout)
    assert report.keys() == {"layers", "kube_version", "whole", "problems", "not_looked_at"}
    assert report["whole"] is True
    rows = {row["id"]: row for layer in report["layers"] for row in layer["mechanisms"]}
    balancer = rows["loadbalancer"]
    assert (balancer["state"], balancer["count"], balancer["summary"]) == ("present", 1, "1 LoadBalancer")
    assert balancer["where"][0]["path"] == "spec.type"
    assert {row["state"] for row in rows.values()} == {"present", "absent", "unseen"}


def test_markdown_is_a_table_for_each_layer(tmp_path: Path) -> None:
    lines = run(tmp_path, "-o", "markdown").stdout.splitlines()
    assert lines[0] == "# The cluster, layer by layer"
    assert sum(line.startswith("## ") for line in lines) == 10
    assert all(line.count("|") - line.count("\\|") == 5 for line in lines if line.startswith("|"))


def test_a_report_can_go_to_a_file(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", f"json={tmp_path}/out.json", "-o", "terminal")
    assert "EDGE" in result.stdout
    assert json.loads((tmp_path / "out.json").read_text())["whole"] is False


@pytest.mark.parametrize(("text", "code"), [("", 3), ("a: b\n", 3), (TEXT, 0)])
def test_it_ends_with_3_where_nothing_was_read(text: str, code: int, tmp_path: Path) -> None:
    result = run(tmp_path, text=text)
    assert result.return_value == code
    assert "not seen from here" in result.stdout


def test_what_could_not_be_read_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, text=TEXT + "---\napiVersion: v1\nkind: Pod\nmetadata: [\n")
    assert "a.yaml" in result.stderr


@pytest.mark.parametrize("form", ["terminal", "markdown", "json"])
def test_a_name_cannot_command_a_terminal_or_a_page(form: str, tmp_path: Path) -> None:
    text = TEXT.replace("w\\u001beb", "w\\u001b[2J\\u202e<img src=x>@team|b")
    shown = run(tmp_path, "-o", form, text=text).stdout
    assert not {"\x1b", "\u202e"} & {*shown}
    if form == "markdown":
        assert re.findall(r".<img", shown) == ["\\<img"] * shown.count("<img")
        assert "@team" not in shown


def live(folder: Path, cluster: FakeCluster) -> dict[str, dict[str, object]]:
    with served(cluster):
        arguments = ["--cluster", "--kubeconfig", kubeconfig(folder, cluster.url), "-o", "json"]
        result = CliRunner().invoke(layers, arguments, standalone_mode=False, catch_exceptions=False)
    report = json.loads(result.stdout)
    assert report["kube_version"] == "1.34"
    return {row["id"]: row for layer in report["layers"] for row in layer["mechanisms"]}


def test_a_running_cluster_is_the_whole_of_itself(tmp_path: Path) -> None:
    node = thing("Node", "n1", None, status={"nodeInfo": {"containerRuntimeVersion": "containerd://2.1.4"}})
    rows = live(tmp_path, FakeCluster([thing("Namespace", "shop", None), pod("web"), node]))
    assert rows["resourcequota"]["state"] == "absent"
    assert rows["container-runtime"]["summary"] == "containerd://2.1.4 on 1 node"
    assert rows["secret"]["state"] == "unseen"
    assert "Secrets are left alone" in str(rows["secret"]["notes"])


def test_what_a_server_forbids_is_not_absent(tmp_path: Path) -> None:
    cluster = FakeCluster([thing("Namespace", "shop", None), pod("web")])
    cluster.rules = [{"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["list"]}]
    rows = live(tmp_path, cluster)
    assert rows["networkpolicy"]["state"] == "unseen"
    assert "NetworkPolicy objects were not read" in str(rows["networkpolicy"]["notes"])
    assert rows["namespace"]["state"] == "present"
