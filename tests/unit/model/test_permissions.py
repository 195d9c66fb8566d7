"""The matcher against a slow, obvious reference: loops over lists, and over everything a placeholder could become."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core import Unknown
from seawall.model.permissions import (
    Answer,
    Grant,
    Request,
    allows,
    grants,
    grants_everything,
    owns_core,
    read_rule,
    rules_of,
    starred,
    writes,
)

NO, UNKNOWN, YES = Answer.NO, Answer.UNKNOWN, Answer.YES
HOLE = Unknown("${HOLE}")

ALPHABET = {
    "verbs": ["*", "get", "create", "list", "deletecollection", "GET"],
    "apiGroups": ["*", "", "apps", "extensions"],
    "resources": ["*", "pods", "pods/exec", "*/exec", "pods/*", "secrets"],
    "resourceNames": ["", "web", "db", "*"],
    "nonResourceURLs": ["*", "/metrics", "/healthz/*", "/**"],
}


def reference_allows(rule: dict[str, list[str]], request: Request) -> bool:
    """The authorizer's loops, written down plainly."""
    if not any(verb in ("*", request.verb) for verb in rule["verbs"]):
        return False
    if request.non_resource_url is not None:
        for url in rule["nonResourceURLs"]:
            if url in ("*", request.non_resource_url):
                return True
            if url.endswith("*") and request.non_resource_url.startswith(url.rstrip("*")):
                return True
        return False
    if not any(group in ("*", request.group) for group in rule["apiGroups"]):
        return False
    asked = f"{request.resource}/{request.subresource}" if request.subresource else request.resource
    found = False
    for entry in rule["resources"]:
        if entry in ("*", asked):
            found = True
        if request.subresource and entry == "*/" + request.subresource:
            found = True
    return found and (not rule["resourceNames"] or request.name in rule["resourceNames"])


def reference_names(verb: str, sub: str) -> list[str]:
    """The names that a request can carry; `any` stands for every name that no rule mentions."""
    if not sub and verb in ("create", "deletecollection"):
        return [""]
    return [*([""] if not sub and verb in ("list", "watch") else []), "web", "db", "*", "any"]


def completions(rule: dict[str, Any]) -> Iterator[dict[str, list[str]]]:
    """Every rule that could be meant once the placeholders are filled in."""
    fields = []
    for field, letters in ALPHABET.items():
        value = rule.get(field)
        words = [*letters, "any", "else"]
        if isinstance(value, Unknown):
            fields.append([[], *([word] for word in words)])
        else:
            choices = [words if isinstance(entry, Unknown) else [entry] for entry in value or []]
            fields.append([list(choice) for choice in itertools.product(*choices)])
    for values in itertools.product(*fields):
        yield dict(zip(ALPHABET, values, strict=True))


def verdict(answers: Iterable[bool]) -> Answer:
    seen = set(answers)
    return UNKNOWN if len(seen) == 2 else YES if seen == {True} else NO


PLACEHOLDER = st.builds(lambda: Unknown("${X}"))


def words(letters: list[str]) -> st.SearchStrategy[Any]:
    known = st.lists(st.sampled_from(letters), max_size=2)
    holed = st.tuples(known, PLACEHOLDER).map(lambda pair: [*pair[0], pair[1]])
    return st.one_of(known, known, holed, PLACEHOLDER, st.none())


RULES = st.fixed_dictionaries({field: words(letters) for field, letters in ALPHABET.items()})
VERBS = st.sampled_from(["get", "create", "list", "deletecollection"])
REQUESTS = st.one_of(
    st.builds(
        Request,
        verb=VERBS,
        group=st.sampled_from(["", "apps"]),
        resource=st.sampled_from(["pods", "secrets"]),
        subresource=st.sampled_from(["", "exec"]),
        name=st.sampled_from(["", "web", "any"]),
    ),
    st.builds(Request, verb=VERBS, non_resource_url=st.sampled_from(["/metrics", "/healthz/etcd", "/"])),
)


@settings(max_examples=300, deadline=None)
@given(RULES, REQUESTS)
def test_allows_agrees_with_the_reference(rule: dict[str, Any], request: Request) -> None:
    wanted = verdict(reference_allows(meant, request) for meant in completions(rule))
    assert allows(read_rule(rule), request) is wanted


@settings(max_examples=300, deadline=None)
@given(RULES, VERBS, st.sampled_from(["pods", "pods/exec", "secrets"]), st.sampled_from(["", "apps"]))
def test_grants_is_some_possible_request(rule: dict[str, Any], verb: str, resource: str, group: str) -> None:
    parent, _, sub = resource.partition("/")

    def possible(meant: dict[str, list[str]]) -> Iterator[bool]:
        for name in reference_names(verb, sub):
            request = Request(verb=verb, group=group, resource=parent, subresource=sub, name=name)
            yield reference_allows(meant, request)

    grant = grants(read_rule(rule), verb, resource, group)
    meanings = [list(possible(meant)) for meant in completions(rule)]
    wanted = verdict(any(answers) for answers in meanings)
    assert grant.answer is wanted
    if grant.answer is YES and not grant.limited:
        assert all(answers[-1] or answers[0] for answers in meanings)
    if grant.names and read_rule(rule).names.unknown is None:
        assert not any(answers[-1] for answers in meanings)


def rule(**fields: Any) -> Any:
    names = {"groups": "apiGroups", "names": "resourceNames", "urls": "nonResourceURLs"}
    return read_rule({names.get(field, field): value for field, value in fields.items()})


def test_a_star_after_the_slash_matches_nothing() -> None:
    assert grants(rule(verbs=["*"], groups=[""], resources=["pods/*"]), "create", "pods/exec").answer is NO
    assert grants(rule(verbs=["*"], groups=[""], resources=["*/exec"]), "create", "pods/exec").answer is YES


def test_a_resource_and_its_subresources_are_strangers() -> None:
    assert grants(rule(verbs=["get"], groups=[""], resources=["pods"]), "get", "pods/log").answer is NO
    assert grants(rule(verbs=["get"], groups=[""], resources=["pods/log"]), "get", "pods").answer is NO
    assert grants(rule(verbs=["get"], groups=[""], resources=["*"]), "get", "pods/log").answer is YES


def test_resource_names_and_verbs_that_carry_none() -> None:
    named = rule(verbs=["*"], groups=[""], resources=["*"], names=["db"])
    assert grants(named, "create", "secrets") == Grant(NO)
    assert grants(named, "deletecollection", "secrets") == Grant(NO)
    assert grants(named, "list", "secrets") == Grant(YES, ("db",))
    assert grants(named, "create", "serviceaccounts/token") == Grant(YES, ("db",))
    assert allows(named, Request(verb="list", resource="secrets")) is NO
    assert allows(named, Request(verb="list", resource="secrets", name="db")) is YES


def test_no_star_among_resource_names() -> None:
    starred = rule(verbs=["get"], groups=[""], resources=["secrets"], names=["*"])
    assert allows(starred, Request(verb="get", resource="secrets", name="db")) is NO


def test_groups_and_verbs_are_exact() -> None:
    assert (
        grants(rule(verbs=["get"], groups=["extensions"], resources=["*"]), "get", "deployments", "apps").answer is NO
    )
    assert grants(rule(verbs=["Get"], groups=[""], resources=["*"]), "get", "pods").answer is NO
    assert grants(rule(verbs=["*"], groups=["*"], resources=["*"]), "impersonate", "users").answer is YES
    assert grants(rule(verbs=["get"], resources=["pods"]), "get", "pods").answer is NO


def test_a_missing_null_or_odd_rule_gives_nothing() -> None:
    for odd in (None, {}, "x", {"verbs": None, "resources": "pods"}, {"verbs": {"get": 1}}):
        assert grants(read_rule(odd), "get", "pods").answer is NO


@pytest.mark.parametrize(("url", "wanted"), [("/metrics", YES), ("/metrics/cadvisor", YES), ("/metric", NO), ("/", NO)])
def test_non_resource_urls_match_by_prefix(url: str, wanted: Answer) -> None:
    given_rule = rule(verbs=["get"], urls=["/metrics*"])
    assert allows(given_rule, Request(verb="get", non_resource_url=url)) is wanted


def test_an_aggregated_role_gives_none_of_its_own_rules() -> None:
    rules = [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]
    assert rules_of({"aggregationRule": {"clusterRoleSelectors": []}, "rules": rules}) == ()
    (found,) = rules_of({"aggregationRule": None, "rules": rules})
    assert grants_everything(found) is YES


def test_undecided_rules_are_unknown() -> None:
    (found,) = rules_of({"rules": Unknown("${RULES}")})
    assert grants(found, "get", "pods").answer is UNKNOWN
    assert found.unknown is not None
    (entry,) = rules_of({"rules": [Unknown("${RULE}")]})
    assert grants_everything(entry) is UNKNOWN
    assert rules_of({"rules": None}) == ()
    assert rules_of(None) == ()


def test_stars_and_writes() -> None:
    mixed = rule(verbs=["get", "*"], groups=["apps"], resources=["*/scale"], urls=[Unknown("${URL}")])
    assert starred(mixed) == {"verbs": YES, "apiGroups": NO, "resources": NO, "nonResourceURLs": UNKNOWN}
    assert writes(mixed) is YES
    assert writes(rule(verbs=["get", "list", "watch"])) is NO


def test_the_core_group_is_everything() -> None:
    assert owns_core(rule(verbs=["*"], groups=["", "apps"], resources=["*"])) is YES
    assert grants_everything(rule(verbs=["*"], groups=["", "apps"], resources=["*"])) is NO
    assert owns_core(rule(verbs=["*"], groups=["apps"], resources=["*"])) is NO
    assert owns_core(rule(verbs=["*"], groups=["*"], resources=["*"], names=["db"])) is NO


@pytest.mark.parametrize(
    ("tree", "where"),
    [
        ({"rules": HOLE}, ("rules",)),
        ({"rules": [{}, HOLE]}, ("rules", 1)),
        ({"rules": [{}, {"verbs": HOLE}]}, ("rules", 1, "verbs")),
        ({"rules": [{"verbs": ["get"], "resources": ["pods", HOLE]}]}, ("rules", 0, "resources", 1)),
        ({"rules": [{"verbs": ["*", HOLE], "apiGroups": [HOLE]}]}, ("rules", 0, "apiGroups", 0)),
        ({"rules": [{"verbs": ["get"]}]}, ()),
    ],
)
def test_what_is_undecided_is_told_with_its_place(tree: dict[str, object], where: tuple[str | int, ...]) -> None:
    rule = rules_of(tree)[-1]
    assert rule.where == where
    assert rule.unknown is (HOLE if where else None)
