"""Every rule proves itself with its own examples."""

from __future__ import annotations

import datetime
import json

import pytest

from seawall.core import Document, Path, Verdict, dig
from seawall.findings import Finding, Judgement, judge
from seawall.inventory import Inventory, collect
from seawall.inventory.change import Change, changed
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.model.relaxation import Relaxation
from seawall.rules.catalog import catalog
from seawall.rules.examples import expand, manifest
from seawall.rules.spec import Example, Remove, Rule, Set
from seawall.triage.accept import Policy, accepted
from seawall.yamltext import Broken, read

CASES = [
    pytest.param(rule, example, id=f"{rule.id}-{number}-{example.verdict.value}")
    for rule in catalog()
    for number, example in enumerate(rule.examples)
]
TEMPLATED = [case for case in CASES if case.values[1].verdict is Verdict.FAIL]  # type: ignore[union-attr]  # an Example
FIXED = [case for case in CASES if case.values[1].after_fix]  # type: ignore[union-attr]  # an Example


def inventory_of(text: str, *, whole: bool) -> Inventory:
    documents = read(text)
    broken = [document for document in documents if isinstance(document, Broken)]
    assert not broken, f"the example is no YAML: {broken}"
    texts = [document for document in documents if not isinstance(document, Broken)]
    return collect((Document("example.yaml", text) for text in texts), whole=whole)


def judged(rule: Rule, example: Example, text: str | None = None) -> Judgement:
    inventory = inventory_of(manifest(example) if text is None else text, whole=example.estate)
    estate = Estate(inventory, version_of(example))
    return _triaged(estate, rule) if rule.on is Relaxation else judge(estate, [rule])


def _triaged(estate: Estate, rule: Rule) -> Judgement:
    """Relaxations are judged after all other rules, by what these found."""
    judgement = judge(estate, catalog())
    policy = Policy(today=datetime.date(2026, 11, 24), known={known.id for known in catalog()})
    findings = accepted(estate, judgement, catalog(), policy).findings
    own = tuple(finding for finding in findings if finding.rule is rule)
    return Judgement(own, judgement.problems, judgement.judged, ())


def version_of(example: Example) -> KubeVersion:
    return KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST


def verdict(judgement: Judgement) -> Verdict:
    assert not judgement.problems, judgement.problems
    verdicts = {finding.verdict for finding in judgement.findings}
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    waits = any(what.startswith("rule ") for what, _ in judgement.not_looked_at)
    return Verdict.UNKNOWN if verdicts or waits else Verdict.PASS


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example_has_its_verdict(rule: Rule, example: Example) -> None:
    judgement = judged(rule, example)
    assert verdict(judgement) is example.verdict, [finding.message for finding in judgement.findings]
    if example.at:
        assert example.at in {finding.path_text for finding in judgement.findings}


@pytest.mark.parametrize(("rule", "example"), TEMPLATED)
def test_a_templated_value_never_passes(rule: Rule, example: Example) -> None:
    """Puts a placeholder where the offending value stands: what cannot be known must not be called good."""
    inventory = inventory_of(manifest(example), whole=example.estate)
    for finding in judge(Estate(inventory, version_of(example)), [rule]).findings:
        if finding.evidence.value is None or finding.evidence.secret or not finding.evidence.path:
            continue
        assert _with_placeholder(rule, example, inventory, finding) is not Verdict.PASS, finding.path_text


def _with_placeholder(rule: Rule, example: Example, inventory: Inventory, finding: Finding) -> Verdict:
    trees = []
    for resource in inventory.resources:
        tree = dig(resource.document.text.value, *resource.path)
        trees.append(changed(tree, [Change(finding.path, "${VALUE}")]) if resource is finding.resource else tree)
    return verdict(judged(rule, example, "".join(f"---\n{json.dumps(tree)}\n" for tree in trees)))


@pytest.mark.parametrize(("rule", "example"), FIXED)
def test_the_fix_ends_the_bad_state(rule: Rule, example: Example) -> None:
    inventory = inventory_of(manifest(example), whole=example.estate)
    findings = [f for f in judge(Estate(inventory, version_of(example)), [rule]).findings if f.verdict is Verdict.FAIL]
    assert rule.fix is not None, f"{rule.id} shows a fix that it does not offer"
    assert findings
    (resource,) = {id(finding.resource): finding.resource for finding in findings}.values()
    tree = changed(resource.tree, [change for finding in reversed(findings) for change in _changes(rule, finding)])
    (wanted,) = (document.value for document in read(expand(example.form, example.after_fix)))  # type: ignore[union-attr]  # no Broken
    assert tree == wanted
    assert verdict(judged(rule, example, expand(example.form, example.after_fix))) is Verdict.PASS


def _changes(rule: Rule, finding: Finding) -> list[Change]:
    assert rule.fix is not None
    prefix: Path = finding.subject.path
    out = []
    for change in rule.fix(finding.evidence).changes:
        match change:
            case Set(path, value):
                out.append(Change(prefix + path, value))
            case Remove(path):
                out.append(Change(prefix + path, remove=True))
    return out


@pytest.mark.parametrize("rule", catalog(), ids=lambda rule: rule.id)
def test_the_page_is_complete(rule: Rule) -> None:
    assert rule.title
    assert not rule.title.endswith(".")
    for name in ("Why", "Instead", "Breaks", "Check", "Source"):
        assert rule.section(name), f"{rule.id}: the docstring has no {name}: section"
    if rule.fix is not None:
        assert any(example.after_fix for example in rule.examples), f"{rule.id}: no example shows the fix"
