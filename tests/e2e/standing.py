"""Puts a world on the server, waits until all who read it have read it, and takes it away again."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tests.e2e.client import Client
from tests.e2e.worlds import NAMESPACES, RBAC

Tree = dict[str, Any]

WITHIN = 60.0
"""Seconds in which a controller and a cache must have caught up."""


@contextmanager
def standing(client: Client, objects: Sequence[Tree]) -> Iterator[None]:
    """The objects stand on the server, in force, while the block runs."""
    try:
        for item in objects:
            client.create(item)
        settle(client)
        yield
    finally:
        remove(client, objects)


def remove(client: Client, objects: Sequence[Tree]) -> None:
    """Deletes the objects for good.

    The controller of aggregated roles applies what it worked out, which makes a role anew that was deleted meanwhile.
    """
    left = list(reversed(objects))
    while left:
        client.delete(left)
        settle(client)
        left = [item for item in left if client.exists(item)]


def settle(client: Client) -> None:
    """Waits until aggregated roles hold what they gather, then until the authorizer has seen all that was written."""
    wait(lambda: all_gathered(client), "the controller fills in aggregated roles")
    token = str(next(_TOKENS))
    markers = _markers(token)
    for item in markers:
        client.create(item)
    # The authorizer follows each of the four kinds in order, so who sees the last of each has seen what came before it.
    attributes: Tree = {"group": "e2e.seawall", "resource": "markers", "verb": "see", "name": token}
    for more in ({"namespace": NAMESPACES[0]}, {}):
        question = {"groups": [f"e2e:marker-{token}"], "resourceAttributes": {**attributes, **more}}
        wait(lambda: client.allowed(question), "the authorizer sees the newest roles")  # noqa: B023  # asked at once
    client.delete(markers)


_TOKENS = itertools.count(1)


def _markers(token: str) -> list[Tree]:
    """A Role that is good in one namespace, and a ClusterRole that is good for what has none."""
    name = f"e2e-marker-{token}"
    subjects = [{"kind": "Group", "apiGroup": RBAC, "name": f"e2e:marker-{token}"}]
    rule = {"apiGroups": ["e2e.seawall"], "resources": ["markers"], "verbs": ["see"], "resourceNames": [token]}
    found = []
    for kind, place in (("Role", {"namespace": NAMESPACES[0]}), ("ClusterRole", {})):
        head = {"apiVersion": f"{RBAC}/v1", "metadata": {"name": name, **place}}
        reference = {"apiGroup": RBAC, "kind": kind, "name": name}
        found.append({**head, "kind": kind, "rules": [rule]})
        found.append({**head, "kind": f"{kind}Binding", "roleRef": reference, "subjects": subjects})
    return found


def all_gathered(client: Client) -> bool:
    """Whether every aggregated role holds the rules of those that it selects, and no others.

    One that gathers nothing is left as it was: since 1.21 the controller applies what it gathered, and applies no field
    for nothing, so that rules of its own stay.
    """
    roles = client.get(f"/apis/{RBAC}/v1/clusterroles")["items"]
    pairs = [(_rules(role), _gathered(role, roles)) for role in roles if "aggregationRule" in role]
    return all(gathered in (set(), held) for held, gathered in pairs)


def _gathered(role: Tree, roles: list[Tree]) -> set[str]:
    selectors = role["aggregationRule"].get("clusterRoleSelectors") or []
    return {
        rule
        for other in roles
        if other["metadata"]["name"] != role["metadata"]["name"]
        and any(_selects(selector, other["metadata"].get("labels", {})) for selector in selectors)
        for rule in _rules(other)
    }


def _rules(role: Tree) -> set[str]:
    return {json.dumps(rule, sort_keys=True) for rule in role.get("rules") or []}


def _selects(selector: Tree, labels: Tree) -> bool:
    held = all(labels.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    return held and all(_meets(wish, labels) for wish in selector.get("matchExpressions", []))


def _meets(wish: Tree, labels: Tree) -> bool:
    there = wish["key"] in labels
    listed = labels.get(wish["key"]) in wish.get("values", [])
    return {"Exists": there, "DoesNotExist": not there, "In": there and listed, "NotIn": not listed}[wish["operator"]]


def wait(until: Callable[[], bool], what: str) -> None:
    """Asks again and again; fails with `what` was waited for."""
    deadline = time.monotonic() + WITHIN
    while not until():
        assert time.monotonic() < deadline, f"still waiting after {WITHIN:.0f} s until {what}"
        time.sleep(0.02)
