"""The table of bootstrap objects against what a server of that minor really makes for itself."""

from __future__ import annotations

from typing import Any

from tests.e2e.build import RELEASE
from tests.e2e.client import Client
from tests.e2e.worlds import PLURALS, RBAC

from seawall.data.bootstrap import bootstrap_objects

Tree = dict[str, Any]


def test_the_table_holds_what_the_server_made(client: Client) -> None:
    live = {
        key: item
        for kind, plural in PLURALS.items()
        for item in client.get(f"/apis/{RBAC}/v1/{plural}")["items"]
        if item["metadata"].get("labels", {}).get("kubernetes.io/bootstrapping") == "rbac-defaults"
        for key in [(kind, item["metadata"].get("namespace"), item["metadata"]["name"])]
    }
    table: dict[Any, Tree] = {
        (item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]): item
        for item in _manifests(int(RELEASE.split(".")[1]))
    }
    assert live.keys() == table.keys()
    for key, item in table.items():
        for field in ("roleRef", "subjects", "aggregationRule", "rules"):
            if field == "rules" and "aggregationRule" in item:
                continue  # filled in by a controller, and not in the table
            assert (live[key].get(field) or []) == (item.get(field) or []), (key, field)
        assert live[key]["metadata"]["labels"] == item["metadata"]["labels"], key


def _manifests(minor: int) -> list[Tree]:
    return list(bootstrap_objects(minor))
