"""Labels that controllers add, and many equal selectors."""

from __future__ import annotations

import pytest

from seawall.core import Document, Unknown
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.selectors import Labelled, doubt
from seawall.yamltext import Broken, read

HASH, INDEX, POD_NAME = "pod-template-hash", "apps.kubernetes.io/pod-index", "statefulset.kubernetes.io/pod-name"


def labelled(*texts: str) -> Labelled:
    """The pods of resources, each `apiVersion kind`, named a, b, ... and labelled `app: <name>`."""
    documents = []
    for text, name in zip(texts, "abcdef", strict=False):
        version, kind = text.split()
        metadata = f"{{name: {name}, labels: {{app: {name}}}}}"
        spec = "{containers: [{name: web, image: 'web:1'}]}"
        pod = f"metadata: {metadata}, spec: {spec if kind == 'Pod' else f'{{template: {{{_template(name)}}}}}'}"
        documents += read(f"{{apiVersion: {version}, kind: {kind}, {pod}}}")
    inventory = collect(Document("a.yaml", each) for each in documents if not isinstance(each, Broken))
    return Labelled([pod for _, pods in Estate(inventory).pods for pod in pods])


def _template(name: str) -> str:
    return f"metadata: {{labels: {{app: {name}}}}}, spec: {{containers: [{{name: web, image: 'web:1'}}]}}"


@pytest.mark.parametrize(
    ("owner", "key", "may"),
    [
        ("apps/v1 Deployment", HASH, True),
        ("apps/v1 Deployment", POD_NAME, False),
        ("apps/v1 StatefulSet", POD_NAME, True),
        ("apps/v1 StatefulSet", INDEX, True),
        ("apps/v1 StatefulSet", "controller-revision-hash", True),
        ("apps/v1 DaemonSet", "controller-revision-hash", True),
        ("batch/v1 Job", "batch.kubernetes.io/job-completion-index", True),
        ("batch/v1 Job", "controller-uid", True),
        ("apps/v1 ReplicaSet", HASH, False),
        ("v1 Pod", POD_NAME, False),
        ("argoproj.io/v1alpha1 Rollout", "rollouts-pod-template-hash", True),
        ("argoproj.io/v1alpha1 Rollout", "tier", False),
    ],
)
def test_what_a_controller_adds_may_be_there(owner: str, key: str, *, may: bool) -> None:
    pods = labelled(owner)
    assert len(pods.pods) == 1
    for selector in ({"matchLabels": {key: "x"}}, {"matchExpressions": [{"key": key, "operator": "Exists"}]}):
        found = pods.selected(selector)
        assert (len(found.must), len(found.may)) == (0, may)
    absent = pods.selected({"matchExpressions": [{"key": key, "operator": "DoesNotExist"}]})
    assert (len(absent.must), len(absent.may)) == (not may, 1)


def test_the_doubt_names_the_label_and_who_adds_it() -> None:
    pods = labelled("apps/v1 StatefulSet")
    said = pods.selects_none({"matchLabels": {"app": "a", POD_NAME: "a-0"}})
    assert isinstance(said, Unknown)
    assert said.text == POD_NAME
    assert 'StatefulSet "a"' in said.why
    assert doubt({POD_NAME: "a-0"}, pods.pods[0]).text == POD_NAME


def test_a_label_that_the_template_lacks_still_decides() -> None:
    pods = labelled("apps/v1 StatefulSet", "v1 Pod")
    assert pods.selects_none({"matchLabels": {"app": "c", POD_NAME: "a-0"}}) is True
    assert pods.selects_none({"matchLabels": {"app": "b"}}) is False


def test_equal_selectors_are_answered_once() -> None:
    pods = labelled("v1 Pod", "v1 Pod")
    selector = {"matchLabels": {"app": Unknown("${APP}")}}
    first = pods.selects_none(selector)
    assert isinstance(first, Unknown)
    assert pods.selects_none({"matchLabels": {"app": Unknown("${APP}")}}) is first
    assert pods.selects_none({"matchLabels": {"app": Unknown("a", "another reason")}}) is not True
    assert pods.selects_none({"matchLabels": {"app": "Unknown('a', 'another reason')"}}) is True
