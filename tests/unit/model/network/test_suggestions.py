"""Who may have been meant: the same name elsewhere, else one much like it."""

from __future__ import annotations

from tests.unit.model.network.worlds import network, pod, service

from seawall.model.network.suggestions import like, named


def test_the_same_name_elsewhere_goes_first() -> None:
    found = network(pod("web", namespace="b"), pod("web", namespace="a"), pod("wed"), service("", name="web"))
    known = named(found.index)
    assert [str(each) for each in like(known, "web", "b", "pod")] == ["b/Pod/web", "a/Pod/web", "shop/Service/web"]
    assert next(str(each) for each in like(known, "webb", "a")) == "a/Pod/web"
    assert like(known, "nothing") == []
