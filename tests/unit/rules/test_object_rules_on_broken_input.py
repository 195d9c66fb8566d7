"""Whatever stands in an object, the rules about images, secrets, networks, volumes and versions answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from seawall.core import Document, Path
from seawall.findings import judge
from seawall.inventory import collect
from seawall.inventory.change import Change, changed
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.rules.examples import manifest
from seawall.rules.spec import Rule
from seawall.yamltext import Broken, read

FAMILIES = ("api", "image", "network", "secret", "storage")
RULES = [rule for rule in catalog() if rule.family in FAMILIES]
ODD: tuple[Any, ...] = (None, 0, -1, 1.5, True, "", "x", "${X}", [], {}, [None], [[]], [{}], {"a": None}, {"": ""})


def places(tree: object, path: Path = ()) -> Iterator[Path]:
    if path and path[0] not in ("apiVersion", "kind"):
        yield path
    members = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in members:
        yield from places(value, (*path, key))


def mangled(rule: Rule) -> Iterator[str]:
    for example in rule.examples:
        for document in read(manifest(example)):
            assert not isinstance(document, Broken)
            for number, path in enumerate(places(document.value)):
                for value in ODD[number % 3 :: 3]:
                    yield msgspec.json.encode(changed(document.value, [Change(path, value)])).decode()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_answers_whatever_it_is_shown(rule: Rule) -> None:
    for text in mangled(rule):
        documents = [Document("odd.json", d) for d in read(text) if not isinstance(d, Broken)]
        inventory = collect(documents, whole=True)
        crashes = [problem.message for problem in judge(Estate(inventory), [rule]).problems]
        assert crashes == [], text


def test_no_rule_tells_a_credential() -> None:
    """The value stands in no message, no value and no fingerprint of any secret rule."""
    told = []
    for rule in (rule for rule in RULES if rule.family == "secret"):
        for example in rule.examples:
            documents = [Document("leak.yaml", d) for d in read(manifest(example)) if not isinstance(d, Broken)]
            for finding in judge(Estate(collect(documents)), [rule]).findings:
                told.append(finding.message)
                assert not (finding.evidence.secret and finding.evidence.value is not None)
    assert len(told) > 15
    for value in ("hunter2", "changeme", "f3a9c2d14b7e4f60a1b2", "aHVudGVyMg", "a1b2c3d4e5f6"):
        assert not any(value in message for message in told)
