"""What the properties found, each in its smallest form."""

from __future__ import annotations

from tests.properties.estates import as_yaml, verdicts


def test_issue_fingerprint_of_a_namespace_followed_the_order_of_documents() -> None:
    pods = [
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": name, "namespace": "shop"},
            "spec": {"containers": [{"name": "box"}]},
        }
        for name in ("one", "two")
    ]

    forwards = verdicts({"a.yaml": as_yaml(pods)}, whole=True)

    assert any(said.rule == "no-network-policy" for said in forwards)
    assert verdicts({"a.yaml": as_yaml(pods[::-1])}, whole=True) == forwards
