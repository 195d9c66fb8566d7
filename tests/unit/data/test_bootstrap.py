"""Facts of Kubernetes' own code, each read in plugin/pkg/auth/authorizer/rbac/bootstrappolicy of the release named."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from seawall.core import Document
from seawall.data.bootstrap import bootstrap_objects, bootstrap_rbac
from seawall.inventory import collect
from seawall.model.versions import NEWEST
from seawall.yamltext import Broken, read

LISTED = sorted(bootstrap_rbac().releases)


def find(minor: int, kind: str, name: str, namespace: str | None = None) -> Any:
    found: list[Any] = [
        item
        for item in bootstrap_objects(minor)
        if (item["kind"], _metadata(item)["name"], _namespace(item)) == (kind, name, namespace)
    ]
    assert len(found) <= 1, found
    return found[0] if found else None


def _metadata(item: Any) -> Any:
    return item["metadata"]


def _namespace(item: Any) -> Any:
    return item["metadata"].get("namespace")


def groups(minor: int, binding: str) -> list[str]:
    found = find(minor, "ClusterRoleBinding", binding)
    assert found["roleRef"] == {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": binding}
    return [subject["name"] for subject in found.get("subjects", ()) if subject["kind"] == "Group"]


def verbs(role: Any, group: str, resource: str) -> set[str]:
    """The verbs that a role's rules give for a resource written out, without any wildcard."""
    return {
        verb
        for rule in role["rules"]
        if group in rule.get("apiGroups", ()) and resource in rule.get("resources", ())
        for verb in rule["verbs"]
    }


def test_every_minor_from_1_20_to_the_newest_was_asked() -> None:
    assert list(range(20, NEWEST.minor + 1)) == LISTED


def test_the_newest_minor_is_known_by_its_own_release() -> None:
    table = bootstrap_rbac()
    assert table.nearest(NEWEST.minor) == NEWEST.minor == LISTED[-1]
    assert all(release.startswith(f"1.{minor}.") for minor, release in table.releases.items())


@pytest.mark.parametrize("minor", LISTED)
def test_each_object_is_there_once_and_complete(minor: int) -> None:
    objects: tuple[Any, ...] = bootstrap_objects(minor)
    keys = [(item["kind"], _namespace(item), item["metadata"]["name"]) for item in objects]
    assert len(keys) == len(set(keys)) > 100
    for item in objects:
        assert item["apiVersion"] == "rbac.authorization.k8s.io/v1"
        assert item["metadata"]["labels"]["kubernetes.io/bootstrapping"] == "rbac-defaults"
        assert item["metadata"]["annotations"] == {"rbac.authorization.kubernetes.io/autoupdate": "true"}
        assert (_namespace(item) is not None) == (item["kind"] in {"Role", "RoleBinding"})
        assert ("roleRef" in item) == item["kind"].endswith("Binding")


@pytest.mark.parametrize("minor", LISTED)
def test_every_binding_names_a_role_that_is_there(minor: int) -> None:
    for item in bootstrap_objects(minor):
        binding: Any = item
        if "roleRef" in binding:
            reference = binding["roleRef"]
            namespace = _namespace(binding) if reference["kind"] == "Role" else None
            assert find(minor, reference["kind"], reference["name"], namespace) is not None, reference


@pytest.mark.parametrize("minor", LISTED)
def test_who_has_the_roles_that_everybody_has(minor: int) -> None:
    assert groups(minor, "cluster-admin") == ["system:masters"]
    assert groups(minor, "system:discovery") == ["system:authenticated"]
    assert groups(minor, "system:basic-user") == ["system:authenticated"]
    assert groups(minor, "system:public-info-viewer") == ["system:authenticated", "system:unauthenticated"]
    assert groups(minor, "system:service-account-issuer-discovery") == ["system:serviceaccounts"]


def test_nodes_hold_nothing_by_rbac() -> None:
    binding = find(LISTED[-1], "ClusterRoleBinding", "system:node")
    assert not binding.get("subjects")


@pytest.mark.parametrize("minor", LISTED)
def test_view_reads_no_secrets_and_edit_does(minor: int) -> None:
    view = find(minor, "ClusterRole", "system:aggregate-to-view")
    edit = find(minor, "ClusterRole", "system:aggregate-to-edit")
    assert verbs(view, "", "secrets") == set()
    assert verbs(view, "", "configmaps") == {"get", "list", "watch"}
    assert {"get", "list", "watch", "create", "update", "patch", "delete"} <= verbs(edit, "", "secrets")
    assert verbs(edit, "", "serviceaccounts/token") == ({"create"} if minor >= 24 else set())
    assert verbs(edit, "", "serviceaccounts") >= {"impersonate"}
    assert "roles" not in str(edit["rules"])


@pytest.mark.parametrize("minor", LISTED)
def test_only_admin_writes_roles_and_bindings(minor: int) -> None:
    admin = find(minor, "ClusterRole", "system:aggregate-to-admin")
    for resource in ("roles", "rolebindings"):
        assert {"create", "update", "patch", "delete"} <= verbs(admin, "rbac.authorization.k8s.io", resource)
    assert verbs(admin, "authorization.k8s.io", "localsubjectaccessreviews") == {"create"}
    assert not {"bind", "escalate"} & {verb for rule in admin["rules"] for verb in rule["verbs"]}


@pytest.mark.parametrize("minor", LISTED)
@pytest.mark.parametrize("role", ["view", "edit", "admin"])
def test_aggregated_roles_bring_no_rules_and_select_by_label(minor: int, role: str) -> None:
    found = find(minor, "ClusterRole", role)
    assert not found.get("rules")
    wanted = f"rbac.authorization.k8s.io/aggregate-to-{role}"
    assert found["aggregationRule"] == {"clusterRoleSelectors": [{"matchLabels": {wanted: "true"}}]}
    assert find(minor, "ClusterRole", f"system:aggregate-to-{role}")["metadata"]["labels"][wanted] == "true"


@pytest.mark.parametrize("minor", LISTED)
def test_edit_lies_in_admin_and_view_in_edit(minor: int) -> None:
    chain = "rbac.authorization.k8s.io/aggregate-to-"
    assert find(minor, "ClusterRole", "edit")["metadata"]["labels"][f"{chain}admin"] == "true"
    assert find(minor, "ClusterRole", "view")["metadata"]["labels"][f"{chain}edit"] == "true"


@pytest.mark.parametrize("minor", LISTED)
def test_edit_writes_endpoints_up_to_1_21(minor: int) -> None:
    # Because of CVE-2021-25740; editRules of 1.21.14 still names endpoints among what is written.
    edit = find(minor, "ClusterRole", "system:aggregate-to-edit")
    assert ("update" in verbs(edit, "", "endpoints")) == (minor < 22)


@pytest.mark.parametrize("minor", LISTED)
def test_kubelets_api_is_split_finely_from_1_33(minor: int) -> None:
    # features.KubeletFineGrainedAuthz is beta, so on, from 1.33.
    resources = {"nodes/healthz", "nodes/configz", "nodes/pods"}
    found = find(minor, "ClusterRole", "system:kubelet-api-admin")
    assert bool(resources & {name for rule in found["rules"] for name in rule["resources"]}) == (minor >= 33)


@pytest.mark.parametrize("minor", LISTED)
def test_trust_bundles_are_read_by_every_account_from_1_37(minor: int) -> None:
    found = find(minor, "ClusterRoleBinding", "system:cluster-trust-bundle-discovery")
    assert (found is not None) == (minor >= 37)


@pytest.mark.parametrize("minor", LISTED)
def test_resource_claims_are_in_view_from_1_34(minor: int) -> None:
    view = find(minor, "ClusterRole", "system:aggregate-to-view")
    assert bool(verbs(view, "resource.k8s.io", "resourceclaims")) == (minor >= 34)


@pytest.mark.parametrize("minor", LISTED)
def test_the_namespaced_roles_of_the_control_plane(minor: int) -> None:
    reader = find(minor, "Role", "extension-apiserver-authentication-reader", "kube-system")
    assert reader["rules"] == [
        {
            "verbs": ["get", "list", "watch"],
            "apiGroups": [""],
            "resources": ["configmaps"],
            "resourceNames": ["extension-apiserver-authentication"],
        }
    ]
    assert find(minor, "Role", "system:controller:bootstrap-signer", "kube-public") is not None


def test_a_minor_that_is_not_listed_gets_the_nearest() -> None:
    assert bootstrap_objects(LISTED[-1] + 9) == bootstrap_objects(LISTED[-1])
    assert bootstrap_objects(0) == bootstrap_objects(LISTED[0])


def test_the_inventory_reads_every_object_without_a_problem() -> None:
    items = list(bootstrap_objects(NEWEST.minor))
    text = msgspec.json.encode({"apiVersion": "v1", "kind": "List", "items": items}).decode()
    inventory = collect(Document("list.json", part) for part in read(text) if not isinstance(part, Broken))
    assert not inventory.problems
    assert [(each.kind, each.name) for each in inventory.resources] == [
        (item["kind"], _metadata(item)["name"]) for item in items
    ]
