"""Settling: what the API server would refuse, what is filled in later, and everything else left as it is."""

from __future__ import annotations

import copy
import string
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.core import Path, Unknown
from seawall.data.api import api_types
from seawall.inventory.settle import Issue, Settled, settle, settle_as


def pod(**spec: Any) -> dict[str, Any]:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": spec}


def container(**fields: Any) -> dict[str, Any]:
    return pod(containers=[{"name": "web", **fields}])


def at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def settle_pod(tree: dict[str, Any]) -> Settled:
    return settle(tree, "Pod", "v1")


CONTAINER: Path = ("spec", "containers", 0)


@pytest.mark.parametrize(
    "fields",
    [
        {
            "securityContext": None,
            "resources": {"limits": {"cpu": 1, "memory": "1Gi", "x": 0.5, "y": "1e3", "z": None}},
        },
        {"ports": [{"containerPort": 80.0}, None]},
        {"livenessProbe": {"httpGet": {"port": "http"}}, "readinessProbe": {"httpGet": {"port": 8080}}},
        {"image": "${REGISTRY}/web:{{ .Values.tag }}"},
        {"command": ["sh", "-c", "echo ${HOME} <file>"], "args": ["{{ x }}"]},
        {"env": [{"name": "A", "value": "${A}"}, {"name": "B", "value": "$(A)"}]},
        {"lifecycle": {"preStop": {"exec": {"command": ["${X}"]}}}},
        {"volumeMounts": [{"name": "v", "mountPath": "/v", "subPathExpr": "$(POD)"}]},
    ],
)
def test_what_the_api_server_takes_is_left_as_it_is(fields: dict[str, Any]) -> None:
    tree = container(**fields)
    settled = settle_pod(tree)
    assert settled.tree is tree
    assert settled.issues == ()


@pytest.mark.parametrize(
    ("fields", "path", "text"),
    [
        ({"securityContext": {"privileged": "${PRIV}"}}, ("securityContext", "privileged"), "${PRIV}"),
        ({"securityContext": {"runAsUser": "{{ .uid }}"}}, ("securityContext", "runAsUser"), "{{ .uid }}"),
        ({"securityContext": "{{ toYaml .sc }}"}, ("securityContext",), "{{ toYaml .sc }}"),
        ({"resources": {"limits": {"cpu": "${CPU}"}}}, ("resources", "limits", "cpu"), "${CPU}"),
        ({"imagePullPolicy": "<policy>"}, ("imagePullPolicy",), "<policy>"),
        (
            {"securityContext": {"capabilities": {"add": ["NET_ADMIN", "${CAP}"]}}},
            ("securityContext", "capabilities", "add", 1),
            "${CAP}",
        ),
        ({"ports": "${PORTS}"}, ("ports",), "${PORTS}"),
        ({"livenessProbe": {"httpGet": {"port": "${P}"}}}, ("livenessProbe", "httpGet", "port"), "${P}"),
    ],
)
def test_what_is_filled_in_later_is_unknown_without_an_issue(fields: dict[str, Any], path: Path, text: str) -> None:
    tree = container(**fields)
    before = copy.deepcopy(tree)
    settled = settle_pod(tree)
    found = at(settled.tree, CONTAINER + path)
    assert isinstance(found, Unknown)
    assert found.text == text
    assert settled.issues == ()
    assert tree == before
    assert settled.tree["metadata"] is tree["metadata"]


@pytest.mark.parametrize(
    ("fields", "path", "found", "expected", "hint"),
    [
        ({"tty": "true"}, ("tty",), 'a string, "true"', "true or false", "write it without quotes"),
        ({"tty": 1}, ("tty",), "a number, 1", "true or false", ""),
        ({"name": 5}, ("name",), "a number, 5", "a string", "write it in quotes"),
        ({"env": [{"name": "A", "value": True}]}, ("env", 0, "value"), "a boolean", "a string", "write it in quotes"),
        ({"env": {"name": "A"}}, ("env",), "an object", "a list", "write a list with this one item"),
        (
            {"ports": [{"containerPort": "80"}]},
            ("ports", 0, "containerPort"),
            'a string, "80"',
            "a whole number of 32 bits",
            "write it without quotes",
        ),
        (
            {"ports": [{"containerPort": 2**31}]},
            ("ports", 0, "containerPort"),
            "a number, 2147483648",
            "a whole number of 32 bits",
            "",
        ),
        (
            {"securityContext": {"runAsUser": 1.5}},
            ("securityContext", "runAsUser"),
            "a number, 1.5",
            "a whole number",
            "",
        ),
        (
            {"securityContext": {"runAsUser": 2**63}},
            ("securityContext", "runAsUser"),
            f"a number, {2**63}",
            "a whole number",
            "",
        ),
        ({"securityContext": []}, ("securityContext",), "a list", "an object", ""),
        (
            {"resources": {"limits": {"memory": "1GB"}}},
            ("resources", "limits", "memory"),
            'a string, "1GB"',
            "a quantity such as 500m or 1Gi",
            "",
        ),
        (
            {"resources": {"limits": {"cpu": True}}},
            ("resources", "limits", "cpu"),
            "a boolean, true",
            "a quantity such as 500m or 1Gi",
            "",
        ),
        (
            {"livenessProbe": {"httpGet": {"port": False}}},
            ("livenessProbe", "httpGet", "port"),
            "a boolean, false",
            "a whole number or a string",
            "write it in quotes",
        ),
        ({"command": "sh"}, ("command",), "a string", "a list", "write a list with this one item"),
    ],
)
def test_what_the_api_server_refuses_is_told_and_unknown(
    fields: dict[str, Any], path: Path, found: str, expected: str, hint: str
) -> None:
    settled = settle_pod(container(**fields))
    assert settled.issues == (Issue(CONTAINER + path, "type", found, expected, hint),)
    assert isinstance(at(settled.tree, CONTAINER + path), Unknown)


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("securitycontext", 'did you mean "securityContext"?'),
        ("imagePullPolcy", 'did you mean "imagePullPolicy"?'),
        ("zzz", ""),
    ],
)
def test_unknown_fields_are_told_and_left(key: str, hint: str) -> None:
    tree = container(**{key: {"privileged": "${X}"}})
    settled = settle_pod(tree)
    assert settled.tree is tree
    assert settled.issues == (Issue((*CONTAINER, key), "unknown-field", key, "a field of core/v1.Container", hint),)


@pytest.mark.parametrize("key", ["${EXTRA}", "{{ include }}", "$patch", "$setElementOrder/containers"])
def test_keys_that_never_reach_the_object_are_no_unknown_fields(key: str) -> None:
    tree = container(**{key: "x"})
    assert settle_pod(tree) == Settled(tree)


def test_metadata_and_data_stay_text() -> None:
    metadata = {"name": "a-${ENV}", "namespace": "{{ .ns }}", "labels": {"a": "${B}"}, "annotations": {"c": "{{ d }}"}}
    tree = {"metadata": metadata, "data": {"app.conf": "x = ${Y}"}, "binaryData": {"z": "${Z}", "ok": "YQ==\n"}}
    assert settle(tree, "ConfigMap", "v1") == Settled(tree)


def test_a_secret_is_never_told() -> None:
    tree = {"metadata": {"name": "s"}, "data": {"password": "hunter2!"}, "stringData": {"pin": 123456}}
    settled = settle(tree, "Secret", "v1")
    assert [(issue.path, issue.found) for issue in settled.issues] == [
        (("data", "password"), "a string"),
        (("stringData", "pin"), "a number"),
    ]
    assert settled.tree["data"]["password"].text == "a string"
    assert settled.tree["stringData"]["pin"].text == "a number"


def test_schemas_of_custom_resources_are_content() -> None:
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"x": {"default": "${X}", "what": 1}}}}
    tree = {"metadata": {"name": "x"}, "spec": {"versions": [{"name": "v1", "served": True, "schema": schema}]}}
    assert settle(tree, "CustomResourceDefinition", "apiextensions.k8s.io/v1") == Settled(tree)


def test_custom_resources_are_left_as_they_are() -> None:
    tree = {"spec": {"replicas": "${N}", "containers": 5}}
    assert settle(tree, "Deployment", "example.com/v1").tree is tree


def test_a_pod_template_in_a_custom_resource_can_be_settled() -> None:
    template = {"spec": {"hostPID": "yes", "hostNetwork": "${NET}"}}
    settled = settle_as(template, "PodTemplateSpec", ("spec", "template"))
    assert [issue.path for issue in settled.issues] == [("spec", "template", "spec", "hostPID")]
    assert isinstance(settled.tree["spec"]["hostNetwork"], Unknown)
    assert isinstance(settle_as("${SPEC}", "core/v1.PodSpec").tree, Unknown)


def test_issues_come_in_the_order_of_the_document() -> None:
    settled = settle_pod(pod(hostPID="a", nope=1, hostIPC="b"))
    assert [issue.path[-1] for issue in settled.issues] == ["hostPID", "nope", "hostIPC"]


@pytest.mark.parametrize("text", ["1", "-1.5", ".5", "5.", "100m", "1Ki", "2E", "1e3", "1E-3", "+1", " 1Gi "])
def test_quantities_of_the_api(text: str) -> None:
    assert settle_as({"limits": {"x": text}}, "ResourceRequirements").issues == ()


@pytest.mark.parametrize("text", ["", " ", "1 Gi", "1K", "1gi", "1e", "1.5.5", "0x10", "1_000", "abc", "1Gi,"])
def test_no_quantities_of_the_api(text: str) -> None:
    assert len(settle_as({"limits": {"x": text}}, "ResourceRequirements").issues) == 1


WORDS = st.text(string.ascii_lowercase + "-./:", max_size=8)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "string": WORDS,
    "enum": WORDS,
    "bool": st.booleans(),
    "int32": st.integers(-(2**31), 2**31 - 1),
    "int64": st.integers(-(2**63), 2**63 - 1),
    "intOrString": st.integers(0, 65535) | WORDS,
    "quantity": st.sampled_from(["1", "500m", "1Gi", 2, 0.5]),
    "time": st.just("2026-01-31T12:00:00Z"),
    "bytes": st.just("YQ=="),
    "any": JSON,
}


def values(expression: str) -> st.SearchStrategy[Any]:
    if expression.startswith("[]"):
        return st.lists(values(expression[2:]), max_size=2)
    if expression.startswith("{}"):
        return st.dictionaries(WORDS, values(expression[2:]), max_size=2)
    return SCALARS[expression] if expression in SCALARS else objects(expression)


@st.composite
def objects(draw: st.DrawFn, type_name: str) -> dict[str, Any]:
    fields = api_types().types[type_name]
    chosen = draw(st.sets(st.sampled_from(sorted(fields)), max_size=4)) if fields else set()
    return {field: draw(values(fields[field])) for field in sorted(chosen)}


KINDS = sorted(api_types().kinds)
MANY = settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def leaves(value: Any, expression: str, path: Path = ()) -> list[Path]:
    """The paths of the scalars that have a type."""
    if isinstance(value, dict) and expression in api_types().types:
        fields = api_types().types[expression]
        return [leaf for key, item in value.items() for leaf in leaves(item, fields[key], (*path, key))]
    if isinstance(value, dict) and expression.startswith("{}"):
        return [leaf for key, item in value.items() for leaf in leaves(item, expression[2:], (*path, key))]
    if isinstance(value, list) and expression.startswith("[]"):
        return [leaf for index, item in enumerate(value) for leaf in leaves(item, expression[2:], (*path, index))]
    return [path] if expression in SCALARS.keys() - {"any"} else []


@MANY
@given(st.data(), st.sampled_from(KINDS))
def test_a_valid_object_settles_to_itself(data: st.DataObject, kind: str) -> None:
    tree = data.draw(objects(api_types().kinds[kind]))
    version, _, name = kind.rpartition("/")
    settled = settle(tree, name, version)
    assert settled.tree is tree
    assert settled.issues == ()


@MANY
@given(st.data(), st.sampled_from(KINDS))
def test_an_object_in_place_of_a_scalar_is_told_exactly_there(data: st.DataObject, kind: str) -> None:
    type_name = api_types().kinds[kind]
    tree = data.draw(objects(type_name).filter(lambda drawn: leaves(drawn, type_name) != []))
    path = data.draw(st.sampled_from(leaves(tree, type_name)))
    broken = copy.deepcopy(tree)
    at(broken, path[:-1])[path[-1]] = {"x": 1}
    version, _, name = kind.rpartition("/")
    settled = settle(broken, name, version)
    assert [(issue.path, issue.kind) for issue in settled.issues] == [(path, "type")]
    assert isinstance(at(settled.tree, path), Unknown)
    assert at(broken, path) == {"x": 1}


@st.composite
def lookalikes(draw: st.DrawFn, type_name: str) -> dict[str, Any]:
    """Objects with the right names and anything inside."""
    fields = api_types().types[type_name]
    tree: dict[str, Any] = {}
    for field in draw(st.lists(st.sampled_from(sorted(fields)), max_size=4)) if fields else []:
        inner = fields[field].removeprefix("[]").removeprefix("{}")
        tree[field] = draw(JSON | lookalikes(inner) if inner in api_types().types else JSON)
    return tree


@MANY
@given(st.data(), st.sampled_from(KINDS))
def test_no_tree_is_too_strange(data: st.DataObject, kind: str) -> None:
    tree = data.draw(lookalikes(api_types().kinds[kind]))
    version, _, name = kind.rpartition("/")
    settled = settle(tree, name, version)
    for issue in settled.issues:
        found = at(settled.tree, issue.path)
        assert (issue.kind == "type") == isinstance(found, Unknown)
