"""What reaches what, asked of the engine and of the slow reference, and what must hold whatever the world is."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties import network_worlds as drawn
from tests.properties.holes import HOLE, put
from tests.properties.network_holes import fillings, holes
from tests.properties.network_reference import Traffic, allowed, holds
from tests.properties.network_worlds import PROTOCOLS, Tree, interesting_ports, manifests, pairs, worlds

from seawall.app.reach import answers
from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.network import Assumptions, Network
from seawall.model.network.matrix import Matrix
from seawall.reports.reach import as_json_line
from seawall.reports.reach_matrix import as_json

Port = tuple[str, int]
Said = Mapping[Port, bool | None]
"""For each port whether it is open; None where that is unknown."""

CIDRS = {cidr for block in drawn.BLOCKS for cidr in (block["cidr"], *block.get("except", ()))}
POD_ADDRESSES = ("10.1.0.9", "203.0.113.7", "203.0.113.201")
"""What pods may have for an address, one of each kind that the blocks of these worlds tell apart."""


def network(objects: Iterable[Tree], assumed: Assumptions | None = None) -> Network:
    documents = [Document(f"{number}.yaml", ObjectText(tree, f"{number}.yaml")) for number, tree in enumerate(objects)]
    return Network(Estate(collect(documents, whole=True)), assumed or Assumptions())


def named(end: Tree, kind: str = "Pod") -> Any:
    return end if "ip" in end else f"{end['namespace']}/{kind}/{end['name']}"


def said(asked: Network, ends: Sequence[tuple[Tree, Tree]], ports: Sequence[int], kind: str = "Pod") -> list[Said]:
    """What `seawall reach --questions` says of each pair, port by port."""
    lines = [json.dumps({"id": 1, "from": named(source, kind), "to": named(to, kind)}) for source, to in ends]
    return [dict(told(json.loads(as_json_line(answer)), ports)) for answer in answers(asked, lines)]


def told(answer: Tree, ports: Sequence[int]) -> Iterator[tuple[Port, bool | None]]:
    assert "error" not in answer, answer
    open_ports, left = answer["allowed"], answer.get("unknown")
    if open_ports == "unknown":
        open_ports, left = {}, left or "ALL"
    for protocol in PROTOCOLS:
        for port in ports:
            unknown = is_among(left or {}, protocol, port)
            yield (protocol, port), None if unknown else is_among(open_ports, protocol, port)


def is_among(held: Any, protocol: str, port: int) -> bool:
    return held == "ALL" or any(low <= port <= high for low, high in held.get(protocol, ()))


def judged(world: Tree, ends: tuple[Tree, Tree], ports: Sequence[int]) -> Said:
    """What the reference says of a pair."""
    return {
        (protocol, port): allowed(world, Traffic(*ends, port, protocol)) for protocol in PROTOCOLS for port in ports
    }


def with_addresses(world: Tree) -> Iterator[Tree]:
    """The world in each way in which blocks of addresses may hold its pods."""
    if not re.search("ipBlock|networks", json.dumps(world)):
        yield world
        return
    for address in POD_ADDRESSES:
        around = {cidr for cidr in CIDRS if holds(cidr, {"ip": address}, ())}
        for blocks in ((), around):
            yield {**world, "networks_of_pods": around, "blocks_of_pods": blocks}


def differing(found: Said, right: Said) -> list[tuple[Port, bool | None, bool | None]]:
    return [(port, found[port], right[port]) for port in right if found[port] is not right[port]]


def unsound(found: Said, right: Said) -> list[tuple[Port, bool | None, bool | None]]:
    return [each for each in differing(found, right) if each[1] is not None]


@given(worlds(with_blocks=False))
@settings(deadline=None, max_examples=50)
def test_the_engine_answers_as_the_reference_does(world: Tree) -> None:
    ends, ports = list(pairs(world)), interesting_ports(world)
    for pair, found in zip(ends, said(network(manifests(world)), ends, ports), strict=True):
        assert not differing(found, judged(world, pair, ports)), pair


@given(worlds())
@settings(deadline=None, max_examples=50)
def test_blocks_of_addresses_are_exact_outside_and_sound_for_pods(world: Tree) -> None:
    ends, ports = list(pairs(world)), interesting_ports(world)
    for pair, found in zip(ends, said(network(manifests(world)), ends, ports), strict=True):
        if any("ip" in end for end in pair):
            assert not differing(found, judged(world, pair, ports)), pair
            continue
        for addressed in with_addresses(world):
            assert not unsound(found, judged(addressed, pair, ports)), pair


@given(worlds(), st.data())
@settings(deadline=None, max_examples=50)
def test_a_policy_for_pods_that_are_isolated_takes_nothing_away(world: Tree, data: st.DataObject) -> None:
    isolating = [policy for policy in world["policies"] if policy["kind"] == "NetworkPolicy"]
    if not isolating:
        return
    like, drawn_one = data.draw(st.sampled_from(isolating)), data.draw(drawn.network_policies("added"))
    spec = {"podSelector": like["spec"]["podSelector"], "policyTypes": types_of(like)}
    rules = {key: drawn_one["spec"][key] for key in ("ingress", "egress") if key in drawn_one["spec"]}
    added = {**like, "metadata": {**like["metadata"], "name": "added"}, "spec": {**spec, **rules}}
    before, after = both(world, {**world, "policies": [*world["policies"], added]})
    for pair, one, other in zip(pairs(world), before, after, strict=True):
        for port, answer in one.items():
            assert not answer or other[port], (pair, port)


def types_of(policy: Tree) -> list[str]:
    """The directions that the API server writes into a NetworkPolicy that says none."""
    spec = policy["spec"]
    return spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])


@given(worlds(), drawn.network_policies("added"))
@settings(deadline=None, max_examples=50)
def test_without_a_baseline_a_first_policy_opens_nothing(world: Tree, added: Tree) -> None:
    admin = [
        policy
        for policy in world["policies"]
        if policy["kind"] == "AdminNetworkPolicy" or policy["spec"].get("tier") == "Admin"
    ]
    world = {**world, "policies": admin}
    before, after = both(world, {**world, "policies": [*admin, added]})
    for pair, one, other in zip(pairs(world), before, after, strict=True):
        for port, answer in one.items():
            assert answer is not False or other[port] is False, (pair, port)


def both(world: Tree, other: Tree) -> tuple[list[Said], list[Said]]:
    """What is said of the pairs of one world in both, on the ports that matter in either."""
    ends, ports = list(pairs(world)), sorted({*interesting_ports(world), *interesting_ports(other)})
    return said(network(manifests(world)), ends, ports), said(network(manifests(other)), ends, ports)


@given(worlds(), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=50)
def test_order_means_nothing_but_for_the_rules_of_admin_policies(world: Tree, random: Any) -> None:
    def shuffled(tree: Any, ordered: bool = False) -> Any:
        if isinstance(tree, list):
            mixed = [shuffled(each) for each in tree]
            return mixed if ordered else random.sample(mixed, len(mixed))
        if isinstance(tree, dict):
            in_order = "priority" in tree or "subject" in tree
            return {key: shuffled(value, in_order) for key, value in tree.items()}
        return tree

    one, other = both(world, {**world, "policies": shuffled(world["policies"])})
    assert one == other


@given(worlds())
@settings(deadline=None, max_examples=50)
def test_names_mean_nothing(world: Tree) -> None:
    names = {"shop": "laden", "bank": "kasse", "ops": "betrieb", "web": "netz", "db": "daba", "team": "crew"}
    names |= {"http": "seite", "dns": "namen", "pod-0": "zelle", "policy-0": "zaun", "app": "art"}
    whole_word = re.compile(rf"\b({'|'.join(names)})\b")

    def renamed(tree: Any) -> Any:
        return json.loads(whole_word.sub(lambda found: names[found[1]], json.dumps(tree)))

    other, ports = renamed(world), interesting_ports(world)
    assert said(network(manifests(world)), list(pairs(world)), ports) == said(
        network(manifests(other)), list(pairs(other)), ports
    )


@given(worlds())
@settings(deadline=None, max_examples=50)
def test_a_rule_is_the_sum_of_its_parts(world: Tree) -> None:
    one, other = both(world, {**world, "policies": [split(policy) for policy in world["policies"]]})
    assert one == other


def split(policy: Tree) -> Tree:
    """The policy with a rule for each peer and port of a rule; they stand where it stood."""
    parts = {
        key: [part for rule in policy["spec"][key] for part in parts_of(rule)]
        for key in ("ingress", "egress")
        if key in policy["spec"]
    }
    return {**policy, "spec": {**policy["spec"], **parts}}


def parts_of(rule: Tree) -> Iterator[Tree]:
    keys = [key for key in ("from", "to", "ports", "protocols") if rule.get(key)]
    for values in itertools.product(*(rule[key] for key in keys)):
        yield {**rule, **{key: [value] for key, value in zip(keys, values, strict=True)}}


@given(worlds())
@settings(deadline=None, max_examples=50)
def test_the_matrix_says_what_questions_say(world: Tree) -> None:
    asked, ports = network(manifests(world)), interesting_ports(world)
    matrix = json.loads("".join(as_json(Matrix(asked))))
    ends = [(one, other) for one, other in pairs(world) if "ip" not in one and "ip" not in other and one != other]
    for pair, found in zip(ends, said(asked, ends, ports), strict=True):
        source, to = (class_of(matrix, end) for end in pair)
        flows = [each for each in matrix["flows"] if each["to"] == to and comes_from(each, source)]
        assert found == dict(told(flows[0] if flows else {"allowed": {}}, ports)), pair


def class_of(matrix: Tree, end: Tree) -> int:
    return next(int(each["id"]) for each in matrix["classes"] if named(end) in each["members"])


def comes_from(flow: Tree, source: int) -> bool:
    if "from_all_but" in flow:
        return source not in flow["from_all_but"]
    return flow["from"] != "internet" and source in flow["from"]


@given(worlds(), st.sampled_from(("Deployment", "DaemonSet", "StatefulSet")))
@settings(deadline=None, max_examples=50)
def test_a_workload_reaches_what_its_pods_reach(world: Tree, kind: str) -> None:
    def workload(tree: Tree) -> Tree:
        if tree["kind"] != "Pod":
            return tree
        metadata, template = dict(tree["metadata"]), {"metadata": {"labels": tree["metadata"]["labels"]}}
        # Labels of the workload itself select nothing.
        metadata["labels"] = {"app": "web", "tier": "db"}
        spec = {"template": {**template, "spec": tree["spec"]}}
        return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}

    ends = [pair for pair in pairs(world) if pair[0] != pair[1]]
    objects, ports = manifests(world), interesting_ports(world)
    assert said(network(objects), ends, ports) == said(network(map(workload, objects)), ends, ports, kind)


@given(worlds(), st.data())
@settings(deadline=None, max_examples=50)
def test_what_is_said_in_spite_of_a_placeholder_holds_for_whatever_it_becomes(world: Tree, data: st.DataObject) -> None:
    path = data.draw(holes(world))
    if path is None:
        return
    filled_in = fillings(world, path)
    ports = interesting_ports([world, filled_in])
    ends = list(pairs(world))
    number = data.draw(st.integers(0, len(ends) - 1))
    (found,) = said(network(manifests(put(world, path, HOLE))), [ends[number]], ports)
    for filled in filled_in:
        for addressed in with_addresses(filled):
            pair = list(pairs(addressed))[number]
            assert not unsound(found, judged(addressed, pair, ports)), (path, pair)
