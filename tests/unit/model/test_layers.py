"""Each mechanism of `seawall layers`: present, partial, absent only in a whole cluster, not seen otherwise."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.model.layer_estates import (
    GOOD,
    NET,
    NOTHING,
    PARTIAL_WITH,
    PRESENT_WITH,
    RBAC,
    obj,
    pod,
)

from seawall.core import Document, Problem
from seawall.data.concepts import concepts
from seawall.inventory import Inventory, Unread, collect
from seawall.model import Estate
from seawall.model.layers import PROBES, Sighting, State, sight
from seawall.yamltext import Broken, read

PRESENT, PARTIAL, ABSENT, UNSEEN = State.PRESENT, State.PARTIAL, State.ABSENT, State.UNSEEN


def inventory(text: str, *, whole: bool = False, unread: tuple[Unread, ...] = ()) -> Inventory:
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    return msgspec.structs.replace(collect(documents, whole=whole), unread=unread)


def see(concept: str, text: str, *, whole: bool = False, unread: tuple[Unread, ...] = ()) -> Sighting:
    found = sight(concepts()[concept], Estate(inventory(text, whole=whole, unread=unread)))
    assert found is not None
    return found


def test_every_mechanism_has_an_example() -> None:
    assert {*PROBES} == {*PRESENT_WITH} | {"cloud-metadata", "kubeconfig"}


@pytest.mark.parametrize("concept", PRESENT_WITH)
def test_what_is_there_is_present_and_has_a_place(concept: str) -> None:
    found = see(concept, PRESENT_WITH[concept])
    assert found.state is PRESENT
    assert found.seen.summary
    assert 1 <= len(found.seen.facts) <= 3
    assert all(fact.resource is not None and fact.resource.locate(fact.path).span.line for fact in found.seen.facts)


@pytest.mark.parametrize("concept", PARTIAL_WITH)
def test_what_is_there_in_some_places_is_partial(concept: str) -> None:
    assert see(concept, PARTIAL_WITH[concept]).state is PARTIAL
    assert see(concept, PARTIAL_WITH[concept], whole=True).state is PARTIAL


@pytest.mark.parametrize("concept", PROBES)
def test_what_is_nowhere_is_absent_only_in_a_whole_cluster_that_could_show_it(concept: str) -> None:
    assert see(concept, NOTHING).state is UNSEEN
    assert see(concept, NOTHING).notes
    outside = concepts()[concept].unseen
    found = see(concept, NOTHING, whole=True)
    assert found.state is (UNSEEN if outside else ABSENT)
    assert found.notes == ((outside,) if outside else ())


@pytest.mark.parametrize("concept", [name for name, probe in PROBES.items() if probe.kinds])
def test_what_could_not_be_read_is_not_absent(concept: str) -> None:
    for kind in PROBES[concept].kinds:
        unread = Unread(kind, namespace="shop", why="the server forbids it (403)")
        found = see(concept, NOTHING, whole=True, unread=(unread,))
        assert found.state is UNSEEN
        assert f"{kind} objects were not read: the server forbids it (403)" in found.notes


def test_what_no_file_gave_up_is_not_absent() -> None:
    broken = msgspec.structs.replace(inventory(NOTHING, whole=True), problems=(Problem("b.yaml", 1, 1, "yaml", "no"),))
    found = sight(concepts()["runtimeclass"], Estate(broken))
    assert found is not None
    assert (found.state, found.notes) == (UNSEEN, ("1 thing that could not be read may hold it",))


def test_what_could_not_be_read_is_said_beside_what_was() -> None:
    unread = tuple(Unread("Secret", namespace=name, why="the server forbids it (403)") for name in ("a", "b"))
    found = see("secret", obj("Secret"), whole=True, unread=unread)
    assert found.state is PRESENT
    assert found.notes == ("Secret objects in 2 namespaces were not read: the server forbids it (403)",)


UNDECIDED = {
    "loadbalancer": obj("Service", more="spec: {type: '${TYPE}'}"),
    "pod-security-admission": obj("Namespace").replace(
        "{name: x}", "{name: x, labels: {pod-security.kubernetes.io/enforce: '${LEVEL}'}}"
    ),
    "runtimeclass": pod(spec="runtimeClassName: '${CLASS}'"),
    "resourcequota": pod() + obj("ResourceQuota", namespace="shop", more="spec: {hard: '${HARD}'}"),
    "user-namespace": pod(spec="hostUsers: '${USERS}'"),
    "host-namespaces": pod(spec="hostNetwork: '${NETWORK}'"),
    "run-as-non-root": pod(spec="securityContext: {runAsNonRoot: '${ROOT}'}"),
    "apparmor": pod(spec="securityContext: {appArmorProfile: '${PROFILE}'}"),
}


@pytest.mark.parametrize("concept", UNDECIDED)
def test_what_is_filled_in_later_is_neither_present_nor_absent(concept: str) -> None:
    found = see(concept, UNDECIDED[concept], whole=True)
    assert found.state is UNSEEN
    assert found.seen.undecided == 1
    assert "in 1 more it depends on what is filled in later" in found.notes


def test_a_level_that_refuses_nothing_is_no_pod_security() -> None:
    label = "{name: x, labels: {pod-security.kubernetes.io/enforce: privileged}}"
    found = see("pod-security-admission", obj("Namespace").replace("{name: x}", label), whole=True)
    assert found.state is UNSEEN
    assert "1 privileged" in found.seen.summary


def test_a_default_of_the_api_server_is_pod_security_for_all() -> None:
    text = "apiVersion: apiserver.config.k8s.io/v1\nkind: AdmissionConfiguration\nplugins: [{name: PodSecurity}]\n---\n"
    assert see("pod-security-admission", text + pod()).state is PRESENT


@pytest.mark.parametrize(
    ("spec", "state"),
    [
        ("{podSelector: {}}", PRESENT),
        ("{podSelector: {}, ingress: []}", PRESENT),
        ("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}", PRESENT),
        ("{podSelector: {}, policyTypes: [Egress]}", PARTIAL),
        ("{podSelector: {}, ingress: [{}]}", PARTIAL),
        ("{podSelector: {}, ingress: [{from: []}]}", PARTIAL),
        ("{podSelector: {}, ingress: [{ports: [{port: 80}]}]}", PARTIAL),
        ("{podSelector: {}, ingress: [{from: [{namespaceSelector: {}}]}]}", PARTIAL),
        (
            "{podSelector: {}, ingress: [{from: [{namespaceSelector: {}, podSelector: {matchLabels: {a: b}}}]}]}",
            PRESENT,
        ),
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}", PARTIAL),
        ("{podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]}", PRESENT),
        ("{podSelector: {matchLabels: {app: web}}}", PARTIAL),
        ("{podSelector: {matchExpressions: [{key: a, operator: Exists}]}}", PARTIAL),
    ],
)
def test_a_namespace_is_isolated_by_a_policy_for_all_pods_that_lets_not_everybody_in(spec: str, state: State) -> None:
    text = pod() + obj("NetworkPolicy", api=NET, namespace="shop", more=f"spec: {spec}")
    assert see("networkpolicy", text).state is state


@pytest.mark.parametrize(
    "spec",
    [
        "{podSelector: '${WHO}'}",
        "{podSelector: {matchLabels: '${WHO}'}}",
        "{podSelector: {}, policyTypes: ['${TYPE}']}",
        "{podSelector: {}, ingress: [{from: '${PEERS}'}]}",
    ],
)
def test_a_policy_that_perhaps_isolates_is_not_counted(spec: str) -> None:
    text = pod() + obj("NetworkPolicy", api=NET, namespace="shop", more=f"spec: {spec}")
    found = see("networkpolicy", text)
    assert (found.state, found.seen.undecided) == (PARTIAL, 1)


def test_the_namespaces_that_lack_something_are_named_where_that_is_sure() -> None:
    text = PRESENT_WITH["resourcequota"] + "".join(pod(name) for name in ("d", "c", "b", "a"))
    sure, unsure = "a quota in 1 of 5 namespaces; not in a, b, c and 1 more", "a quota in 1 of 5 namespaces"
    assert see("resourcequota", text, whole=True).seen.summary == sure
    assert see("resourcequota", text).seen.summary == unsure
    assert see("resourcequota", text, whole=True, unread=(Unread("ResourceQuota"),)).seen.summary == unsure
    policies = see("networkpolicy", PARTIAL_WITH["networkpolicy"], whole=True).seen.summary
    assert policies == "1 policy; every pod is isolated for ingress in 1 of 2 namespaces; not in other"
    labels = see(
        "pod-security-admission", PRESENT_WITH["pod-security-admission"] + obj("Namespace", "bare")
    ).seen.summary
    assert labels == "labels enforce it in 1 of 2 namespaces (1 restricted); not in bare"


def test_no_profile_filters_what_is_privileged() -> None:
    text = GOOD.replace("allowPrivilegeEscalation: false", "privileged: true")
    assert see("seccomp", text, whole=True).seen.summary == "0 of 1 pods are filtered by a seccomp profile"
    assert see("capabilities", text, whole=True).state is ABSENT


def test_a_namespace_is_shown_by_what_is_in_it_where_it_has_no_manifest() -> None:
    seen = see("namespace", pod() + obj("Namespace", "bare")).seen
    assert seen.summary == "2 namespaces, 1 without a manifest"
    assert [fact.text for fact in seen.facts] == ['Namespace "bare"', 'Pod "shop/web" is in one']


def test_every_pod_has_an_account() -> None:
    found = see("serviceaccount", pod(spec="serviceAccountName: '${ACCOUNT}'"), whole=True)
    assert (found.state, found.seen.undecided) == (PARTIAL, 1)
    assert (
        see("serviceaccount", pod(), whole=True).seen.summary
        == "0 accounts; 0 of 1 pods run under another than default"
    )


def test_a_quota_counts_where_no_pod_is_read() -> None:
    assert see("resourcequota", obj("ResourceQuota", namespace="shop", more="spec: {hard: {pods: 4}}")).state is PRESENT


def test_a_namespace_without_a_manifest_may_have_a_label() -> None:
    found = see("pod-security-admission", pod())
    assert (found.state, found.seen.summary) == (UNSEEN, "1 namespace without a manifest")


def test_roles_that_every_cluster_has_are_told_apart() -> None:
    own = obj("ClusterRole", api=RBAC).replace(
        "{name: x}", "{name: x, labels: {kubernetes.io/bootstrapping: rbac-defaults}}"
    )
    assert (
        see("rbac", own + obj("Role", "mine", api=RBAC)).seen.summary == "1 role, 0 bindings; 1 more of Kubernetes' own"
    )


def test_pods_of_the_system_do_not_count() -> None:
    assert "0 of 0" not in see("seccomp", GOOD + pod("kube-system")).seen.summary
    assert see("seccomp", GOOD + pod("kube-system")).state is PRESENT


def test_the_flags_of_kubeadm_are_those_of_the_api_server() -> None:
    for extra in ("{audit-log-path: /var/log/a}", "[{name: audit-log-path, value: /var/log/a}]"):
        text = f"apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\napiServer: {{extraArgs: {extra}}}\n"
        assert see("audit-log", text).seen.summary == "--audit-log-path"


def test_the_provider_that_writes_is_told() -> None:
    text = (
        "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\n"
        "resources: [{resources: [secrets], providers: [{secretbox: {}}, {identity: {}}]}]\n"
    )
    found = see("encryption-at-rest", text)
    assert (found.state, found.seen.summary) == (PRESENT, "EncryptionConfiguration; new data is written with secretbox")


def test_strangers_and_products_are_told_apart() -> None:
    text = obj("Teapot", api="kitchen.example/v1") + obj("ClusterPolicy", api="kyverno.io/v1")
    seen = see("operator", text).seen
    assert seen.summary == "Kyverno; 1 API group that is not known here: kitchen.example"


def test_rollouts_are_no_gitops() -> None:
    assert see("gitops", obj("Rollout", api="argoproj.io/v1alpha1")).state is UNSEEN


def test_a_concept_that_is_a_part_is_seen_with_the_whole() -> None:
    assert see("impersonation", obj("Role", api=RBAC)).state is PRESENT


def test_places_are_three_and_of_three_objects() -> None:
    text = "".join(obj("Secret", f"s{number}") for number in range(9))
    seen = see("secret", text).seen
    assert (seen.count, seen.summary) == (9, "9 Secrets")
    assert len({id(fact.resource) for fact in seen.facts}) == 3
