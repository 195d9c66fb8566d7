"""Questions about rights: lines of JSON in, lines of JSON out, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import Resource, collect
from seawall.model.access import Access, Identity, may_write
from seawall.model.access.escalation import may_create
from seawall.model.access.reasons import explained, rule_text
from seawall.model.facts import Fact
from seawall.model.permissions import RBAC_GROUP, Request
from seawall.reports.answers import IN_JSON
from seawall.reports.encode import encode
from seawall.reports.facts import as_objects

_KINDS = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
_LONGEST = 1_000_000
"""Characters of a line; a longer one is refused."""


class BadLineError(Exception):
    """A line is no question; the text says why."""


def answers(access: Access, lines: Iterable[str]) -> Iterator[str]:
    """An answer for each line that is not empty, as a line of JSON; one that is no question gets an `error`."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield encode(_answered(access, line, number)) + "\n"


def _answered(access: Access, line: str, number: int) -> dict[str, Any]:
    if len(line) > _LONGEST:
        return {"id": None, "line": number, "error": f"the line is longer than {_LONGEST:,} characters"}
    try:
        tree = msgspec.json.decode(line)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        return {"id": None, "line": number, "error": f"the line is no JSON: {error}"}
    if not isinstance(tree, dict):
        return {"id": None, "line": number, "error": "the line is no JSON object"}
    return answer(access, tree)


def answer(access: Access, line: Mapping[str, Any]) -> dict[str, Any]:
    """What the authorizers, or the escalation check, of the API server would say.

    `line` is the `spec` of a SubjectAccessReview with an `id` (or holds it under `spec`); groups count as they are
    written. With `object` in place of attributes it asks whether the escalation check lets that object be created.
    """
    try:
        found = _of_spec(access, line.get("spec", line))
    except BadLineError as error:
        return {"id": line.get("id"), "error": str(error)}
    return {"id": line.get("id"), **found}


def _of_spec(access: Access, spec: object) -> dict[str, Any]:
    if not isinstance(spec, Mapping):
        raise BadLineError(f"spec is {_type(spec)}, the API takes an object")
    who = _identity(spec)
    return _creation(access, who, spec["object"]) if "object" in spec else _review(access, who, _request(spec))


def _review(access: Access, who: Identity, request: Request) -> dict[str, Any]:
    decision = access.review(who, request)
    found: dict[str, Any] = {
        "allowed": IN_JSON[decision.answer],
        "because": as_objects(explained(decision), lines=False),
        "assumes": list(decision.assumes),
    }
    if decision.if_whole is not None:
        found["if_whole"] = IN_JSON[decision.if_whole]
    return found


def _creation(access: Access, who: Identity, tree: object) -> dict[str, Any]:
    thing = _object(tree)
    passage = may_write(access, who, thing)
    facts = [] if passage.decision is None else list(explained(passage.decision))
    facts.append(Fact(f"{who.text} {passage.by}" if not who.is_master else passage.by))
    facts += [Fact(f"{doubt.text}: {doubt.why}") for doubt in passage.doubts]
    facts += [Fact(f"nobody gives it {rule_text(rule)}") for rule in passage.missing]
    found: dict[str, Any] = {
        "allowed": IN_JSON[passage.answer],
        "because": as_objects(facts, lines=False),
        "assumes": list(passage.assumes),
        "create": IN_JSON[may_create(access, who, thing)],
    }
    if passage.if_whole is not None:
        found["if_whole"] = IN_JSON[passage.if_whole]
    return found


def _object(tree: object) -> Resource:
    document = Document("the object of the line", ObjectText(tree, "the object of the line"))
    found = collect([document]).resources
    if len(found) != 1 or found[0].group != RBAC_GROUP or found[0].kind not in _KINDS:
        raise BadLineError(f"object is none of {', '.join(_KINDS)} of {RBAC_GROUP}")
    return found[0]


def _identity(spec: Mapping[str, Any]) -> Identity:
    user, groups = spec.get("user", ""), spec.get("groups")
    if not isinstance(user, str):
        raise BadLineError(f"user is {_type(user)}, the API takes a string")
    groups = [] if groups is None else groups
    if not isinstance(groups, list) or not all(isinstance(group, str) for group in groups):
        raise BadLineError("groups is no list of strings")
    if not user and not groups:
        raise BadLineError("at least one of user and groups must be given")
    return Identity(user, tuple(groups))


def _request(spec: Mapping[str, Any]) -> Request:
    resource, other = spec.get("resourceAttributes"), spec.get("nonResourceAttributes")
    if (resource is None) is (other is None):
        raise BadLineError("exactly one of resourceAttributes and nonResourceAttributes must be given")
    if resource is None:
        texts = _texts(other, "nonResourceAttributes", ("path", "verb"))
        return Request(verb=texts["verb"], non_resource_url=texts["path"])
    names = ("verb", "group", "resource", "subresource", "name", "namespace")
    return Request(**_texts(resource, "resourceAttributes", names))


def _texts(tree: object, field: str, names: Iterable[str]) -> dict[str, str]:
    if not isinstance(tree, Mapping):
        raise BadLineError(f"{field} is {_type(tree)}, the API takes an object")
    found = {name: "" if tree.get(name) is None else tree[name] for name in names}
    for name, value in found.items():
        if not isinstance(value, str):
            raise BadLineError(f"{field}.{name} is {_type(value)}, the API takes a string")
    return found


def _type(value: object) -> str:
    kinds = {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "an object", str: "a string"}
    return kinds.get(type(value), "null")
