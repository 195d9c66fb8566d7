"""Whatever a server does between two pages, a list that ends well holds each object that stayed, once."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from seawall.sources.cluster.answers import GONE, UnansweredError
from seawall.sources.cluster.kinds import Served
from seawall.sources.cluster.listing import Question, list_all

PODS = Question(Served("", "pods", "v1", "Pod", namespaced=True))
STEPS = st.sampled_from(["page", "page", "page", "expire", "expire with a token", "add", "remove", "fail"])


class Server:
    """Keeps names in order; a token is the last name that was given, as etcd's is."""

    def __init__(self, size: int, page: int, steps: list[str]) -> None:
        self.names = [f"p{number:03}" for number in range(size)]
        self.stayed = set(self.names)
        self.page = page
        self.steps = steps
        self.asked = 0

    def get(self, path: str, params: Mapping[str, str], accept: str) -> bytes:
        self.asked += 1
        token = params.get("continue", "")
        after = token.rpartition("#")[0]
        step = self.steps.pop() if self.steps else "page"
        if step == "add":
            self.names = sorted([*self.names, f"p{len(self.steps):03}x"])
        elif step == "remove" and self.names:
            self.stayed.discard(self.names.pop(len(self.steps) % len(self.names)))
        elif step == "fail":
            raise UnansweredError("the server answers with 500", 500)
        elif step.startswith("expire") and token:
            fresh = {"continue": f"{after}#{self.asked}"} if step.endswith("token") else {}
            raise UnansweredError("gone", GONE, body=json.dumps({"metadata": fresh}).encode())
        rest = [name for name in self.names if name > after]
        items = [{"metadata": {"name": name}} for name in rest[: self.page]]
        following = f"{rest[self.page - 1]}#{self.asked}" if len(rest) > self.page else ""
        return json.dumps({"kind": "PodList", "metadata": {"continue": following}, "items": items}).encode()


@given(st.integers(0, 40), st.integers(1, 12), st.lists(STEPS, max_size=12))
def test_each_object_that_stayed_is_there_once_or_the_list_says_that_it_failed(
    size: int, page: int, steps: list[str]
) -> None:
    server = Server(size, page, list(steps))
    listed = list_all(server.get, PODS)
    names = [tree["metadata"]["name"] for tree in listed.objects]
    assert len(set(names)) == len(names)
    assert server.asked < 250
    if listed.failed is None:
        assert server.stayed <= set(names)
        assert set(names) <= {*server.names, *(f"p{number:03}" for number in range(size))}
    else:
        assert "fail" in steps or steps.count("expire") > 3
