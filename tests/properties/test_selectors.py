"""Label selectors against a slow, obvious reading that fills in every placeholder in every way."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.properties.estates import report

from seawall.core import Verdict

KEYS, VALUES, HOLES = ("app", "tier"), ("web", "db"), ("${ONE}", "${TWO}")
ADDED = "controller-revision-hash"
"""What the controller of a DaemonSet gives its pods, without a word of it in the template."""
FILLINGS = (*VALUES, "other")

Labels = Mapping[str, str]
Pod = tuple[dict[str, str], bool]
"""The labels of a pod's template, and whether a controller makes the pod."""

labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES + HOLES), max_size=2)
wanted = st.dictionaries(st.sampled_from((*KEYS, ADDED)), st.sampled_from(VALUES + HOLES), max_size=2)
expressions = st.one_of(
    st.fixed_dictionaries(
        {"key": st.sampled_from((*KEYS, ADDED)), "operator": st.sampled_from(("Exists", "DoesNotExist"))}
    ),
    st.fixed_dictionaries(
        {
            "key": st.sampled_from((*KEYS, ADDED)),
            "operator": st.sampled_from(("In", "NotIn")),
            "values": st.lists(st.sampled_from(VALUES + HOLES), min_size=1, max_size=2),
        }
    ),
)
selectors = st.fixed_dictionaries(
    {"matchLabels": wanted, "matchExpressions": st.lists(expressions, max_size=2)}
).filter(lambda selector: selector["matchLabels"] or selector["matchExpressions"])


def filled(tree: Any, filling: Mapping[str, str]) -> Any:
    if isinstance(tree, dict):
        return {key: filled(value, filling) for key, value in tree.items()}
    if isinstance(tree, list):
        return [filled(value, filling) for value in tree]
    return filling.get(tree, tree)


def selected(selector: Any, pod: Labels) -> bool:
    return all(pod.get(key) == value for key, value in selector["matchLabels"].items()) and all(
        {
            "Exists": entry["key"] in pod,
            "DoesNotExist": entry["key"] not in pod,
            "In": pod.get(entry["key"]) in entry.get("values", ()),
            "NotIn": pod.get(entry["key"]) not in entry.get("values", ()),
        }[entry["operator"]]
        for entry in selector["matchExpressions"]
    )


def none_selected(selector: Any, pods: list[Pod]) -> Iterator[bool]:
    owned = [number for number, (_, controlled) in enumerate(pods) if controlled]
    for values in itertools.product(FILLINGS, repeat=len(HOLES)):
        filling = dict(zip(HOLES, values, strict=True))
        whole = filled(selector, filling)
        for added in itertools.product((None, *FILLINGS), repeat=len(owned)):
            given_later = dict(zip(owned, added, strict=True))
            bearing = (borne(filled(pod, filling), given_later.get(number)) for number, (pod, _) in enumerate(pods))
            yield not any(selected(whole, pod) for pod in bearing)


def borne(pod: Labels, added: str | None) -> Labels:
    return pod if added is None else {**pod, ADDED: added}


def judged(selector: Any, pods: list[Pod]) -> Verdict | None:
    documents: list[dict[str, Any]] = [
        {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": "policy", "namespace": "shop"},
            "spec": {"podSelector": selector},
        }
    ]
    for number, (pod, controlled) in enumerate(pods):
        name = {"name": f"pod-{number}", "namespace": "shop"}
        template = {"metadata": {"labels": pod}, "spec": {"containers": []}}
        if controlled:
            documents.append(
                {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": name, "spec": {"template": template}}
            )
        else:
            documents.append({"apiVersion": "v1", "kind": "Pod", **template, "metadata": {**name, "labels": pod}})
    text = "\n---\n".join(map(json.dumps, documents))
    said = [
        row.finding.verdict
        for row in report({"all.yaml": text}, whole=True).findings
        if row.finding.rule.id == "network-policy-selects-nothing"
    ]
    return said[0] if said else None


@given(selectors, st.lists(st.tuples(labels, st.booleans()), max_size=3))
def test_a_selector_selects_what_every_filling_selects(selector: Any, pods: list[Pod]) -> None:
    outcomes = set(none_selected(selector, pods))
    verdict = judged(selector, pods)
    if len(outcomes) == 2:
        assert verdict is Verdict.UNKNOWN
    elif verdict is not Verdict.UNKNOWN:
        assert (verdict is Verdict.FAIL) == outcomes.pop()
    else:
        assert any(hole in json.dumps([selector, pods]) for hole in (*HOLES, ADDED))
