"""`seawall exposed`: what it prints in each format, and how it ends."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing
from tests.unit.model.exposure_helpers import WEB, ingress, service

from seawall.cli.exposed import exposed
from seawall.errors import UsageError

BALANCER = service("type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: http}]")
CLUSTER = service("selector: {app: web}, ports: [{port: 80}]")
NOWHERE = ingress(
    "ingressClassName: nginx, rules: [{host: a.example, http: {paths: [{backend: {service: {name: x}}}]}}]"
)
VIRTUAL = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: a}, spec: {}}"
NODES = service("type: NodePort, selector: {app: web}, ports: [{port: 80, nodePort: 30080}]")


def run(folder: Path, *options: str, **files: str) -> Result:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    runner = CliRunner(env={"COLUMNS": "100"})
    return runner.invoke(exposed, ["-f", str(folder), *options], standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [
        ({"a": WEB, "b": BALANCER}, (), 0),
        ({"a": WEB, "b": BALANCER}, ("--exit-code",), 1),
        ({"a": WEB, "b": NODES}, ("--exit-code",), 0),
        ({"a": WEB, "b": CLUSTER}, ("--exit-code",), 0),
        ({"a": NOWHERE}, ("--exit-code", "--estate"), 0),
        ({"a": NOWHERE}, ("--exit-code",), 1),
        ({"a": VIRTUAL}, ("--exit-code",), 1),
        ({}, (), 3),
        ({"a": WEB}, ("-f", "nowhere"), 3),
    ],
)
def test_exit_code(tmp_path: Path, files: dict[str, str], options: tuple[str, ...], code: int) -> None:
    assert run(tmp_path, *options, **files).return_value == code


def test_a_person_reads_who_is_reached_from_where_and_through_what(tmp_path: Path) -> None:
    text = run(tmp_path, "--estate", a=WEB, b=BALANCER).stdout
    assert "Deployment shop/web" in text
    assert "the load balancer's address, port 80/TCP -> pod port 8080 [1]" in text
    assert "by Service shop/web (LoadBalancer)" in text
    assert "[1] the load balancer has public addresses" in text
    assert "1 workload can be reached from outside (1 from the internet)" in text
    assert "--estate" not in text


def test_why_prints_each_step_with_its_place(tmp_path: Path) -> None:
    text = run(tmp_path, "--why", a=WEB, b=BALANCER).stdout
    assert f'- Service "shop/web" has type LoadBalancer  ({tmp_path / "b.yaml"}:1)' in text
    assert 'container "web" of Deployment "shop/web" declares port 8080 as http' in text


def test_what_is_not_whole_claims_no_absence(tmp_path: Path) -> None:
    text = run(tmp_path, a=WEB, b=CLUSTER).stdout
    assert "Nothing that was read opens a way from outside" in text
    assert "--estate" in text


def test_dead_ends_and_what_was_not_followed_are_told(tmp_path: Path) -> None:
    text = run(tmp_path, "--estate", a=NOWHERE, b=VIRTUAL).stdout
    assert 'leads nowhere: there is no Service "shop/x"' in text
    assert "1 VirtualService of Istio" in text


def test_a_namespace_keeps_its_own(tmp_path: Path) -> None:
    found = json.loads(run(tmp_path, "-n", "shop", "-o", "json", a=WEB, b=BALANCER).stdout)
    other = "{apiVersion: v1, kind: Namespace, metadata: {name: other}}"
    none = json.loads(run(tmp_path, "-n", "other", "-o", "json", a=WEB, b=BALANCER, c=other).stdout)
    assert (len(found["exposures"]), len(none["exposures"])) == (2, 0)


def test_a_namespace_that_is_not_there_is_no_answer(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no namespace 'shp' is in what was read; did you mean 'shop'"):
        run(tmp_path, "-n", "shp", a=WEB, b=BALANCER)
    assert run(tmp_path, "-n", "default", a=WEB, b=BALANCER).return_value == 0


def test_paths_and_files_are_the_same(tmp_path: Path) -> None:
    for name, text in (("a", WEB), ("b", BALANCER)):
        (tmp_path / f"{name}.yaml").write_text(text)
    one, two = str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")
    results = [
        CliRunner().invoke(exposed, [*each, "-o", "json"], standalone_mode=False, catch_exceptions=False).stdout
        for each in ((one, two), (two, "-f", one), ("-f", one, "-f", two))
    ]
    assert len({len(json.loads(each)["exposures"]) for each in results}) == 1


def test_where_nothing_is_read_nothing_is_said(tmp_path: Path) -> None:
    result = run(tmp_path, "-f", "nowhere")
    assert result.stdout == ""
    assert "nowhere: does not exist" in result.stderr
    assert "nothing was read" in result.stderr


def test_json_has_the_promised_form(tmp_path: Path) -> None:
    whole = json.loads(run(tmp_path, "-o", "json", "--estate", a=WEB, b=BALANCER).stdout)
    assert set(whole) == {"exposures", "namespace", "whole", "not_followed", "problems", "not_looked_at"}
    row = whole["exposures"][0]
    via = row.pop("via")
    assert row == {
        "reach": "internet",
        "reached": True,
        "workload": {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "namespace": "shop",
            "name": "web",
            "file": str(tmp_path / "a.yaml"),
            "line": 2,
        },
        "pod_port": "8080",
        "leads_to": None,
        "how": "LoadBalancer",
        "address": "the load balancer's address",
        "port": "80",
        "protocol": "TCP",
        "paths": [],
        "tls": "unknown",
        "sources": [],
        "caller_address": "replaced",
        "policies": None,
        "why": "",
        "assumes": ["the load balancer has public addresses, as most providers make it unless told otherwise"],
    }
    assert via[0] == {
        "text": 'Service "shop/web" has type LoadBalancer',
        "file": str(tmp_path / "b.yaml"),
        "line": 1,
        "path": "spec.type",
    }


def test_csv_has_a_line_for_each_row(tmp_path: Path) -> None:
    header, *lines = csv.reader(io.StringIO(run(tmp_path, "-o", "csv", a=WEB, b=BALANCER).stdout))
    assert len(lines) == 2
    row = dict(zip(header, lines[0], strict=True))
    assert (row["reach"], row["reached"], row["name"], row["through"]) == ("internet", "yes", "web", "Service shop/web")


def test_markdown_escapes_what_the_input_says(tmp_path: Path) -> None:
    text = run(tmp_path, "-o", "markdown", a=WEB, b=BALANCER.replace("name: web,", "name: 'a|b',")).stdout
    assert "| internet | Deployment shop/web port 8080 |" in text
    assert r"Service shop/a\|b" in text


DENY = (
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, "
    "spec: {podSelector: {}, policyTypes: [Ingress]}}"
)
LOCAL = BALANCER.replace("type: LoadBalancer", "type: LoadBalancer, externalTrafficPolicy: Local")


def test_a_way_that_policies_close_is_told_apart(tmp_path: Path) -> None:
    result = run(tmp_path, "--estate", "--why", "--exit-code", a=WEB, b=LOCAL, c=DENY)
    assert result.return_value == 0
    assert "Ways that network policies close" in result.stdout
    assert "network policies let none of its callers in" in result.stdout
    assert 'NetworkPolicy "shop/deny" selects Deployment "shop/web" for ingress' in result.stdout
    assert "0 workloads can be reached from outside" in result.stdout


def test_a_way_that_policies_may_close_is_told_in_full(tmp_path: Path) -> None:
    result = run(tmp_path, "--estate", "--exit-code", a=WEB, b=BALANCER, c=DENY)
    assert result.return_value == 1
    assert "May be reached" in result.stdout
    assert "port 80/TCP -> pod port 8080" in result.stdout


def test_a_plugin_that_enforces_nothing_closes_nothing(tmp_path: Path) -> None:
    result = run(tmp_path, "--estate", "--cni", "none", "-o", "json", a=WEB, b=LOCAL, c=DENY)
    assert [row["policies"] for row in json.loads(result.stdout)["exposures"]] == [None, None]


def test_what_policies_say_is_in_json(tmp_path: Path) -> None:
    row = json.loads(run(tmp_path, "--estate", "-o", "json", a=WEB, b=LOCAL, c=DENY).stdout)["exposures"][0]
    assert row["reached"] is False
    assert row["policies"]["allowed"] is False
    assert row["policies"]["because"][0]["file"] == str(tmp_path / "c.yaml")


def test_a_running_cluster_says_which_address_it_gave(tmp_path: Path) -> None:
    spec = {
        "type": "LoadBalancer",
        "selector": {"app": "web"},
        "allocateLoadBalancerNodePorts": False,
        "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}],
    }
    balancer = thing("Service", "web", spec=spec, status={"loadBalancer": {"ingress": [{"ip": "10.0.0.7"}]}})
    web = pod("web")
    web["metadata"]["labels"] = {"app": "web"}
    with served(FakeCluster([balancer, web])) as cluster:
        arguments = ["--cluster", "--kubeconfig", kubeconfig(tmp_path, cluster.url), "-o", "json"]
        result = CliRunner().invoke(exposed, arguments, standalone_mode=False, catch_exceptions=False)
    (row,) = json.loads(result.stdout)["exposures"]
    assert (row["reach"], row["address"], row["reached"]) == ("private network", "10.0.0.7", True)
    assert row["assumes"] == []


def test_a_digit_that_is_no_number_is_the_name_of_a_port(tmp_path: Path) -> None:
    pod = WEB.replace("name: http", 'name: "${NAME}"')
    assert pod != WEB
    closed = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a, namespace: shop}}"
    files = {"a": pod, "b": BALANCER.replace("targetPort: http", 'targetPort: "²"'), "c": closed}
    assert "²" in run(tmp_path, "--estate", "-o", "csv", **files).stdout
