"""The concepts: complete, linked, named once, and found under what people type."""

from __future__ import annotations

import re
import shlex
from collections import Counter

import pytest

from seawall.cli.layers import LAYERS
from seawall.data.concepts import Concept, cluster_layers, concept_names, concepts, find_concept, spelling
from seawall.data.third_parties import third_parties
from seawall.model.layers import PROBES
from seawall.rules.catalog import catalog

ALL = [pytest.param(concept, id=concept.id) for concept in concepts().values()]
RULES = {rule.id for rule in catalog()}
FAMILIES = {rule.family for rule in catalog()}
ASKED_FOR = [
    "networkpolicy",
    "serviceaccount",
    "admission-webhook",
    "rbac",
    "pod-security-admission",
    "secret",
    "encryption-at-rest",
    "etcd",
    "kubelet",
    "certificate",
    "image-signature",
    "runtimeclass",
    "seccomp",
    "apparmor",
    "capabilities",
    "user-namespace",
    "resourcequota",
    "limitrange",
    "audit-log",
    "api-authentication",
    "node-authorizer",
    "noderestriction",
    "impersonation",
    "tokenrequest",
    "ingress",
    "gateway",
    "service-mesh",
    "loadbalancer",
    "external-secrets",
    "csi-driver",
    "operator",
    "crd",
    "aggregated-api",
    "validating-admission-policy",
    "priority-and-fairness",
    "namespace",
    "kubeconfig",
    "cloud-metadata",
    "workload-identity",
    "supply-chain",
    "sbom",
    "policy-engine",
]


def test_the_layers_of_the_command_are_those_of_the_table() -> None:
    assert tuple(layer.id for layer in cluster_layers()) == LAYERS


def test_what_was_asked_for_is_there() -> None:
    assert {*ASKED_FOR} <= {*concepts()}


@pytest.mark.parametrize("concept", ALL)
def test_every_link_leads_somewhere(concept: Concept) -> None:
    assert {*concept.related} <= {*concepts()} - {concept.id}
    assert {*concept.rules} <= RULES | FAMILIES
    assert concept.part_of in {"", *PROBES}


@pytest.mark.parametrize("concept", ALL)
def test_every_text_is_there_and_reads_as_a_text(concept: Concept) -> None:
    for text in (concept.purpose, concept.how, concept.without, concept.seen):
        assert re.fullmatch(r"[A-Z`].+\.|etcd.+\.", text), text
        assert "  " not in text
    assert concept.purpose.count(". ") == 0, "one sentence"
    assert len(concept.purpose) <= 120
    assert 120 <= len(concept.how) <= 700
    assert not re.match(r"[A-Z](?!PI|I)", concept.unseen)
    assert not concept.unseen.endswith(".")
    assert concept.source


@pytest.mark.parametrize("concept", ALL)
def test_a_command_is_one_line_that_a_shell_can_split(concept: Concept) -> None:
    for command in concept.look:
        assert command.isprintable()
        assert shlex.split(command)[0] in ("kubectl", "cosign")
        assert "[" not in re.sub(r"'[^']*'|\"[^\"]*\"", "", command)


def test_a_mechanism_is_a_concept_and_a_concept_is_a_mechanism_or_part_of_one() -> None:
    assert {*PROBES} <= {*concepts()}
    assert [concept.id for concept in concepts().values() if not concept.part_of and concept.id not in PROBES] == []
    assert [concept.id for concept in concepts().values() if concept.part_of and concept.id in PROBES] == []


def test_no_name_means_two_concepts() -> None:
    names = Counter(
        name
        for concept in concepts().values()
        for name in {spelling(each) for each in (concept.id, concept.name, *concept.aliases)}
    )
    assert [name for name, number in names.items() if number > 1] == []


def test_no_concept_has_the_id_of_a_rule() -> None:
    assert not RULES & {*concepts()}


@pytest.mark.parametrize(
    ("word", "id_"),
    [
        ("networkpolicy", "networkpolicy"),
        ("NetworkPolicies", "networkpolicy"),
        ("network-policy", "networkpolicy"),
        ("netpol", "networkpolicy"),
        ("psa", "pod-security-admission"),
        ("sa", "serviceaccount"),
        ("ServiceAccounts", "serviceaccount"),
        ("admission_webhooks", "admission-webhook"),
        ("ClusterRole", "rbac"),
        ("hostUsers", "user-namespace"),
        ("CRDs", "crd"),
        ("ingresses", "ingress"),
        ("service", "service"),
    ],
)
def test_a_concept_is_found_under_what_people_type(word: str, id_: str) -> None:
    found = find_concept(word)
    assert found is not None
    assert found.id == id_


def test_a_stranger_is_no_concept() -> None:
    assert find_concept("teapot") is None
    assert find_concept("") is None
    assert "" not in concept_names()


def test_products_bring_mechanisms_that_exist_and_share_no_mark() -> None:
    products = third_parties().products
    assert {concept for product in products for concept in product.concepts} <= {*PROBES}
    marks = Counter(mark for product in products for mark in (*product.groups, *product.images))
    assert [mark for mark, number in marks.items() if number > 1] == []
    assert all(product.groups or product.images for product in products)


@pytest.mark.parametrize(
    ("group", "name"),
    [
        ("kyverno.io", "Kyverno"),
        ("security.istio.io", "Istio"),
        ("source.toolkit.fluxcd.io", "Flux"),
        ("templates.gatekeeper.sh", "OPA Gatekeeper"),
        ("evil-istio.io", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_a_product_is_known_by_its_group(group: str, name: str | None) -> None:
    found = third_parties().by_group(group)
    assert (found.name if found else None) == name


@pytest.mark.parametrize(
    ("repository", "name"),
    [
        ("falcosecurity/falco", "Falco"),
        ("mirror/quay/falcosecurity/falco", "Falco"),
        ("library/traefik", "Traefik"),
        ("notfalcosecurity/falco", None),
        ("", None),
    ],
)
def test_a_product_is_known_by_the_end_of_its_image(repository: str, name: str | None) -> None:
    found = third_parties().by_image(repository)
    assert (found.name if found else None) == name
