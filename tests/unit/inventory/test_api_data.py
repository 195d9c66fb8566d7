"""The tables of the Kubernetes API: whole, without cycles, and right about what everybody knows."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from seawall.data.api import Lifecycle, api_lifecycles, api_types

SCALARS = {"string", "enum", "bool", "int32", "int64", "intOrString", "quantity", "time", "bytes", "any"}


def element(expression: str) -> str:
    while expression.startswith(("[]", "{}")):
        expression = expression[2:]
    return expression


def test_every_expression_is_a_scalar_or_a_type_of_the_table() -> None:
    table = api_types()
    used = {element(expression) for fields in table.types.values() for expression in fields.values()}
    assert used <= SCALARS | table.types.keys()
    assert set(table.kinds.values()) <= table.types.keys()


def test_no_type_contains_itself() -> None:
    types = api_types().types
    inner = {name: {element(e) for e in fields.values()} & types.keys() for name, fields in types.items()}
    while leaves := {name for name, needs in inner.items() if not needs}:
        inner = {name: needs - leaves for name, needs in inner.items() if name not in leaves}
    assert not inner


def test_every_merge_key_is_a_field_of_the_items() -> None:
    table = api_types()
    for name, lists in table.merge_keys.items():
        for field, keys in lists.items():
            item = element(table.types[name][field])
            assert item == "any" or set(keys) <= table.types[item].keys(), (name, field)


@pytest.mark.parametrize(
    ("type_name", "field", "expression"),
    [
        ("apps/v1.DeploymentSpec", "replicas", "int32"),
        ("core/v1.SecurityContext", "runAsUser", "int64"),
        ("core/v1.SecurityContext", "privileged", "bool"),
        ("core/v1.SeccompProfile", "type", "enum"),
        ("core/v1.ResourceRequirements", "limits", "{}quantity"),
        ("core/v1.HTTPGetAction", "port", "intOrString"),
        ("core/v1.Secret", "data", "{}bytes"),
        ("core/v1.Volume", "hostPath", "core/v1.HostPathVolumeSource"),
        ("core/v1.EphemeralContainer", "image", "string"),
        ("meta/v1.ObjectMeta", "creationTimestamp", "time"),
        ("networking/v1.NetworkPolicySpec", "policyTypes", "[]enum"),
        ("rbac/v1.PolicyRule", "verbs", "[]string"),
        ("admissionregistration/v1.ValidatingWebhook", "failurePolicy", "enum"),
        ("apiextensions/v1.CustomResourceDefinitionVersion", "served", "bool"),
        ("apiregistration/v1.APIServiceSpec", "insecureSkipTLSVerify", "bool"),
    ],
)
def test_fields_have_the_types_of_the_api(type_name: str, field: str, expression: str) -> None:
    assert api_types().types[type_name][field] == expression


def test_fields_of_go_that_json_does_not_know_are_left_out() -> None:
    assert set(api_types().types["apiextensions/v1.CustomResourceValidation"]) == {"openAPIV3Schema"}


def test_lists_are_no_kinds_and_custom_resources_have_no_type() -> None:
    table = api_types()
    assert table.type_of("apps/v1", "Deployment") == "apps/v1.Deployment"
    assert table.type_of("v1", "PodList") is None
    assert table.type_of("example.com/v1", "Deployment") is None


@pytest.mark.parametrize(
    ("kind", "lifecycle"),
    [
        ("networking.k8s.io/v1beta1/Ingress", Lifecycle("1.14", "1.19", "1.22", "networking.k8s.io/v1/Ingress")),
        ("networking.k8s.io/v1/Ingress", Lifecycle("1.19")),
        ("v1/Endpoints", Lifecycle("1.0", "1.33", "", "discovery.k8s.io/v1/EndpointSlice")),
        ("settings.k8s.io/v1alpha1/PodPreset", Lifecycle("1.6", "", "1.20")),
        ("policy/v1beta1/PodSecurityPolicy", Lifecycle("1.10", "1.21", "1.25")),
        ("batch/v1beta1/CronJob", Lifecycle("1.8", "1.21", "1.25", "batch/v1/CronJob")),
        (
            "autoscaling/v2beta2/HorizontalPodAutoscaler",
            Lifecycle("1.12", "1.23", "1.26", "autoscaling/v2/HorizontalPodAutoscaler"),
        ),
        (
            "apiextensions.k8s.io/v1beta1/CustomResourceDefinition",
            Lifecycle("1.7", "1.16", "1.22", "apiextensions.k8s.io/v1/CustomResourceDefinition"),
        ),
    ],
)
def test_lifecycles_are_those_of_the_deprecation_guide(kind: str, lifecycle: Lifecycle) -> None:
    assert api_lifecycles().kinds[kind] == lifecycle


def test_replacements_are_kinds_of_the_table() -> None:
    replacements = {lifecycle.replacement for lifecycle in api_lifecycles().kinds.values()} - {""}
    assert replacements <= api_types().kinds.keys()


GO = """
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type Colour string

const Red Colour = "Red"

type Words []string

type Widget struct {
	metav1.TypeMeta `json:",inline"`
	// Inner is embedded.
	Inner `json:",inline"`
	Hidden string `json:"-"`
	Size *int32 `json:"size,omitempty"`
	Labels map[string]string `json:"labels"`
	Secret []byte `json:"secret"`
	// +listType=map
	// +listMapKey=name
	// +listMapKey=protocol
	Parts []Part `json:"parts" patchMergeKey:"name"`
}

type Inner struct {
	Colour Colour `json:"colour"`
	Words Words `json:"words"`
}

type Part struct {
	Name string `json:"name"`
	Parts []Part `json:"parts"`
}
"""


def test_the_refresh_script_reads_go(tmp_path: Path) -> None:
    package = tmp_path / "api@v0.1.0" / "toys" / "v1"
    package.mkdir(parents=True)
    (package / "types.go").write_text(GO, encoding="utf-8")
    (package / "register.go").write_text('const GroupName = "toys.example.com"\n', encoding="utf-8")
    meta = tmp_path / "apimachinery@v0.1.0" / "pkg" / "apis" / "meta" / "v1"
    meta.mkdir(parents=True)
    (meta / "types.go").write_text('type TypeMeta struct {\n\tKind string `json:"kind"`\n}\n', encoding="utf-8")

    script = runpy.run_path(str(Path(__file__).parents[3] / "scripts" / "refresh_api_data.py"))
    packages = [found for module in sorted(tmp_path.iterdir()) for found in script["read_module"](module)]
    table = script["Table"](packages)

    assert script["kinds"](packages, table) == {"toys.example.com/v1/Widget": "toys/v1.Widget"}
    assert table.types["toys/v1.Widget"] == {
        "kind": "string",
        "colour": "enum",
        "words": "[]string",
        "size": "int32",
        "labels": "{}string",
        "secret": "bytes",
        "parts": "[]toys/v1.Part",
    }
    assert table.types["toys/v1.Part"] == {"name": "string", "parts": "[]any"}
    assert table.keys["toys/v1.Widget"] == {"parts": ["name", "protocol"]}
