"""What default-namespace-objects says it found."""

from __future__ import annotations

from seawall.core import Document
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.namespace.default_namespace_objects import RULE
from seawall.yamltext import Broken, read

OBJECT = "apiVersion: networking.k8s.io/v1\nkind: {kind}\nmetadata: {{name: {name}, namespace: default}}\n---\n"


def test_kinds_are_counted_and_written_as_kubernetes_does() -> None:
    made = [("NetworkPolicy", "a"), ("Ingress", "b"), ("Ingress", "c")]
    text = "".join(OBJECT.format(kind=kind, name=name) for kind, name in made)
    documents = [Document("x.yaml", each) for each in read(text) if not isinstance(each, Broken)]
    (finding,) = judge(Estate(collect(documents)), (RULE,)).findings
    assert "(2 Ingress, 1 NetworkPolicy)" in finding.message


def test_the_file_of_a_program_stands_in_no_namespace() -> None:
    text = OBJECT.format(kind="Ingress", name="a") + "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
    documents = [Document("x.yaml", each) for each in read(text) if not isinstance(each, Broken)]
    (finding,) = judge(Estate(collect(documents)), (RULE,)).findings
    assert (finding.resource.kind, "(1 Ingress)" in finding.message) == ("Ingress", True)


def test_an_object_without_metadata_is_one_all_the_same() -> None:
    text = "apiVersion: v1\nkind: Service\nspec: {}\n"
    documents = [Document("x.yaml", each) for each in read(text) if not isinstance(each, Broken)]
    assert [scope.name for scope in Estate(collect(documents)).namespaces] == ["default"]
