"""Who may do what, asked of the engine and of the slow reference, and what must hold whatever the world is."""

from __future__ import annotations

import functools
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties import rbac_worlds as drawn
from tests.properties.holes import HOLE, at, put
from tests.properties.rbac_holes import fillings, holes
from tests.properties.rbac_reference import decide, grants_no_more, may_write
from tests.properties.rbac_worlds import Tree, reviews, worlds, writes

from seawall.app.reviews import answer
from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.data.bootstrap import bootstrap_objects
from seawall.inventory import collect
from seawall.model import NEWEST
from seawall.model.access import Access
from seawall.model.permissions import Answer, Request

Line = Mapping[str, Any]


@functools.cache
def bootstrap() -> tuple[Tree, ...]:
    """What the API server makes, as far as anybody in these worlds can notice; the reference is slow."""
    made: list[Tree] = list(bootstrap_objects(NEWEST.minor))
    people = {*drawn.USERS, *drawn.GROUPS, "system:unauthenticated"}
    bindings = [each for each in made if any(subject["name"] in people for subject in each.get("subjects") or [])]
    wanted = {"cluster-admin", *(each["roleRef"]["name"] for each in bindings)}
    return (*bindings, *(each for each in made if "rules" in each and each["metadata"]["name"] in wanted))


def engine(world: Sequence[Tree], *, whole: bool = True) -> Access:
    documents = [Document(f"{number}.yaml", ObjectText(tree, f"{number}.yaml")) for number, tree in enumerate(world)]
    return Access(collect(documents, whole=whole))


def world_of(world: Sequence[Tree]) -> list[Tree]:
    return [*bootstrap(), *world]


def judged(world: Sequence[Tree], line: Line) -> bool:
    """What the reference says of a line of `seawall can --reviews`."""
    objects = world_of(world)
    if "object" in line:
        return grants_no_more(objects, line["user"], line["groups"], line["object"])
    return decide(objects, line)


def said(access: Access, line: Line) -> Any:
    found = answer(access, {"id": 1, **line})
    assert "error" not in found, found
    return found["allowed"]


@st.composite
def asked(draw: st.DrawFn, most: int = 3) -> tuple[list[Tree], list[Tree]]:
    """A world, and questions about it: reviews, and now and then a creation."""
    world = draw(worlds())
    lines = [draw(reviews(world)) for _ in range(most)]
    creating = draw(st.booleans())
    if creating:
        world, line = draw(writes(world))
        lines.append(line)
    return world, lines


@given(st.data())
@settings(deadline=None, max_examples=90)
def test_the_engine_answers_reviews_as_the_reference_does(data: st.DataObject) -> None:
    world = data.draw(worlds())
    access = engine(world)
    for _ in range(3):
        line = data.draw(reviews(world))
        assert said(access, line) is judged(world, line)


@given(worlds().flatmap(writes))
@settings(deadline=None, max_examples=90)
def test_the_engine_judges_creations_as_the_reference_does(asked: tuple[list[Tree], Tree]) -> None:
    world, line = asked
    access = engine(world)
    assert said(access, line) is judged(world, line)
    may_create = may_write(world_of(world), line["user"], line["groups"], line["object"])
    assert (said(access, line) and answer(access, line)["create"]) is may_create


@given(
    asked(),
    st.sampled_from(("RoleBinding", "ClusterRoleBinding")).flatmap(
        lambda kind: drawn.of_kind(kind, "added", "shop" if kind == "RoleBinding" else None)
    ),
)
@settings(deadline=None, max_examples=40)
def test_another_binding_takes_nothing_away(asked: tuple[list[Tree], list[Tree]], binding: Tree) -> None:
    world, lines = asked
    before, after = engine(world), engine([*world, binding])
    for line in lines:
        assert said(after, line) or not said(before, line)


@given(asked(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_order_means_nothing(asked: tuple[list[Tree], list[Tree]], random: Any) -> None:
    world, lines = asked

    def shuffled(tree: Any) -> Any:
        if isinstance(tree, list):
            return random.sample([shuffled(each) for each in tree], len(tree))
        return {key: shuffled(value) for key, value in tree.items()} if isinstance(tree, dict) else tree

    assert answers(world, lines) == answers(shuffled(world), [shuffled(line) for line in lines])


@given(asked())
@settings(deadline=None, max_examples=40)
def test_names_mean_nothing(asked: tuple[list[Tree], list[Tree]]) -> None:
    names = {"reader": "lector", "writer": "scribe", "shop": "laden", "bank": "kasse", "ann": "zoe", "devs": "makers"}
    whole_word = re.compile(rf"\b({'|'.join(names)})\b")

    def renamed(tree: Any) -> Any:
        return json.loads(whole_word.sub(lambda found: names[found[1]], json.dumps(tree)))

    world, lines = asked
    assert answers(world, lines) == answers(renamed(world), renamed(lines))


@given(asked())
@settings(deadline=None, max_examples=40)
def test_a_rule_is_the_sum_of_its_parts(asked: tuple[list[Tree], list[Tree]]) -> None:
    world, lines = asked
    parts = [split(each) for each in world]
    split_lines = [{**line, "object": split(line["object"])} if "object" in line else line for line in lines]
    assert answers(world, lines) == answers(parts, split_lines)


def split(tree: Tree) -> Tree:
    return {**tree, "rules": [part for rule in tree["rules"] for part in parts_of(rule)]} if "rules" in tree else tree


def parts_of(rule: Tree) -> Iterator[Tree]:
    keys = [key for key, values in rule.items() if values]
    for values in itertools.product(*(rule[key] for key in keys)):
        yield {key: [value] for key, value in zip(keys, values, strict=True)}


def answers(world: Sequence[Tree], lines: Iterable[Line]) -> list[Any]:
    access = engine(world)
    return [said(access, line) for line in lines]


@given(asked(most=5), st.data())
@settings(deadline=None, max_examples=90)
def test_what_is_said_in_spite_of_a_placeholder_holds_for_whatever_it_becomes(
    asked: tuple[list[Tree], list[Tree]], data: st.DataObject
) -> None:
    world, lines = asked
    path = data.draw(holes(world))
    access = engine(put(world, path, HOLE))
    for line in lines:
        answered = said(access, line)
        if answered != "unknown":
            for filled in fillings(world, path):
                assert judged(filled, line) is answered, f"at {path}: {at(filled, path)}"


@given(worlds().flatmap(writes), st.data())
@settings(deadline=None, max_examples=70)
def test_what_is_said_of_a_half_written_object_holds_however_it_is_finished(
    asked: tuple[list[Tree], Tree], data: st.DataObject
) -> None:
    world, line = asked
    path = data.draw(holes([line["object"]]))
    (half,) = put([line["object"]], path, HOLE)
    answered = said(engine(world), {**line, "object": half})
    if answered != "unknown":
        for (filled,) in fillings([line["object"]], path):
            assert judged(world, {**line, "object": filled}) is answered, f"at {path}: {at([filled], path)}"


@given(asked(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_what_is_said_of_a_part_holds_for_the_whole(asked: tuple[list[Tree], list[Tree]], random: Any) -> None:
    world, lines = asked
    part = random.sample(world, random.randint(1, len(world)))
    access, as_whole = engine(part, whole=False), engine(part)
    for line in lines:
        found = answer(access, line)
        assert found["allowed"] in ("unknown", judged(world, line))
        assert found.get("if_whole", found["allowed"]) in ("unknown", said(as_whole, line))


@given(st.data())
@settings(deadline=None, max_examples=40)
def test_who_can_names_those_whose_own_review_is_allowed(data: st.DataObject) -> None:
    world = data.draw(worlds())
    asked = data.draw(reviews(world))
    attributes = {key: value for key, value in asked.get("resourceAttributes", {}).items() if key != "version"}
    path = asked.get("nonResourceAttributes", {})
    request = Request(verb=path["verb"], non_resource_url=path["path"]) if path else Request(**attributes)
    found = {
        identity(msgspec.structs.asdict(grant.member), grant.namespace)
        for grant, decision in engine(world).holders(request)
        if decision.answer is Answer.YES
    }
    subjects = {
        identity(subject, binding["metadata"].get("namespace"))
        for binding in world_of(world)
        for subject in binding.get("subjects") or []
    }
    for user, group in subjects:
        line = {**asked, "user": user, "groups": [group] if group else []}
        assert ((user, group) in found) is judged(world, line), (user, group)


def identity(subject: Tree, namespace: str | None) -> tuple[str, str]:
    """(user, group) of a subject, one of which is empty."""
    if subject["kind"] == "Group":
        return "", str(subject["name"])
    if subject["kind"] == "User":
        return str(subject["name"]), ""
    return f"system:serviceaccount:{subject.get('namespace') or namespace}:{subject['name']}", ""
