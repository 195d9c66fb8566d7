"""The judge: Kleene's three values, crashes, closed worlds, copies."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest

from seawall.core import Document, Layer, Unknown, Verdict
from seawall.findings import Finding, Judgement, judge
from seawall.findings.copies import grouped
from seawall.inventory import collect
from seawall.model import Container, Estate, NamespaceScope, PodTemplate, Service, View
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unsure
from seawall.yamltext import Broken, read

POD = (
    "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop%s}\nspec: {containers: [{name: web, image: a}]}\n"
)


def rule(check: object, on: type = Container, **more: object) -> Rule:
    return Rule(
        id="bad-state",
        on=on,
        check=check,  # type: ignore[arg-type]  # a check of the test
        severity=LOW,
        layer=Layer.CONTAINER,
        audience=DEVELOPER_OWNS,
        examples=(passes(pod=""), fails(pod="")),
        **more,  # type: ignore[arg-type]  # fields of Rule
    )


def judged(text: str, *rules: Rule, whole: bool = False) -> Judgement:
    documents = [Document("a.yaml", d) for d in read(text) if not isinstance(d, Broken)]
    return judge(Estate(collect(documents, whole=whole)), rules)


def test_fail_outweighs_unknown_outweighs_pass() -> None:
    def both(_: Container) -> Iterator[Evidence]:
        yield unsure(Unknown("${A}"), "a")
        yield fail("is bad", "b")
        yield unsure(Unknown("${C}"), "c")

    (finding,) = judged(POD % ("a", ""), rule(both)).findings
    assert (finding.verdict, finding.path_text) == (Verdict.FAIL, "spec.containers[0].b")


def test_an_undecided_value_that_a_rule_compares_is_unknown_and_never_pass() -> None:
    def careless(container: Container) -> Iterator[Evidence]:
        if container.spec["image"] == "bad":
            yield fail("is bad", "image")

    text = (POD % ("a", "")).replace("image: a", "image: a, imagePullPolicy: '${POLICY}'")

    def compares(container: Container) -> Iterator[Evidence]:
        if container.spec["imagePullPolicy"] == "Never":
            yield fail("is bad", "imagePullPolicy")

    assert judged(text, rule(careless)).findings == ()
    (finding,) = judged(text, rule(compares)).findings
    assert finding.verdict is Verdict.UNKNOWN
    assert "${POLICY}" in finding.message


def test_one_rules_crash_costs_that_question_only() -> None:
    def crashes(container: Container) -> Iterator[Evidence]:
        yield fail(container.spec["no such key"])

    def works(_: Container) -> Iterator[Evidence]:
        yield fail("is bad")

    judgement = judged(POD % ("a", ""), rule(crashes), msgspec.structs.replace(rule(works), id="other-state"))
    assert [finding.rule.id for finding in judgement.findings] == ["other-state"]
    (problem,) = judgement.problems
    assert (problem.kind, problem.file, problem.line) == ("rule-crash", "a.yaml", 4)
    assert "bad-state" in problem.message


def test_a_closed_world_rule_waits_for_the_whole_cluster() -> None:
    def lonely(scope: NamespaceScope, view: View) -> Iterator[Evidence]:
        if not view.of("NetworkPolicy"):
            yield fail(f"has none of {len(scope.members)}")

    closed = rule(lonely, NamespaceScope, needs=("NetworkPolicy",))
    part = judged(POD % ("a", ""), closed)
    assert part.findings == ()
    assert [what for what, _ in part.not_looked_at] == ["rule bad-state"]
    (finding,) = judged(POD % ("a", ""), closed, whole=True).findings
    assert finding.message == 'namespace "shop" has none of 1'


def missing(text: str, on: type, *needs: str) -> list[str]:
    said = judged(text, rule(lambda subject, view: (), on, needs=needs), whole=True).not_looked_at
    assert all("taken to mean that the cluster has none" in why for _, why in said)
    return [what for what, _ in said]


def test_a_whole_cluster_without_one_of_a_needed_kind_is_told_what_was_made_of_that() -> None:
    pod = POD % ("a", "")
    policy = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: np, namespace: other}\n"
    service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\n"
    assert missing(pod, NamespaceScope, "NetworkPolicy", "Pod") == ["kind NetworkPolicy"]
    assert missing(pod + policy, NamespaceScope, "NetworkPolicy", "Pod") == []
    assert missing(pod, Service, "Namespace") == []  # nobody asks about Services that are not there
    assert missing(pod + service, Service, "Namespace", "Pod") == ["kind Namespace"]
    assert missing(service, Service, "Pod") == ["kind Pod"]


def test_a_rule_sees_only_what_it_declared() -> None:
    def nosy(_: Container, view: View) -> Iterator[Evidence]:
        view.of("Secret")
        yield fail("is bad")

    judgement = judged(POD % ("a", ""), rule(nosy, uses=("Service",)))
    assert "did not declare" in judgement.problems[0].message


def test_what_a_controller_made_is_counted_and_not_repeated() -> None:
    owned = ", ownerReferences: [{kind: %s, name: %s, controller: true}]"
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
        "spec: {template: {spec: {containers: [{name: web, image: a}]}}}\n"
    )
    replicas = deployment.replace("Deployment", "ReplicaSet").replace(
        "name: web, namespace: shop", "name: web-1, namespace: shop" + owned % ("Deployment", "web")
    )
    pods = "---\n".join(POD % (name, owned % ("ReplicaSet", "web-1")) for name in ("web-1-a", "web-1-b"))
    orphan = POD % ("lost", owned % ("ReplicaSet", "gone"))

    def always(_: Container) -> Iterator[Evidence]:
        yield fail("is bad")

    judgement = judged("---\n".join((deployment, replicas, pods, orphan)), rule(always))
    assert [(f.resource.kind, f.resource.name, f.copies) for f in judgement.findings] == [
        ("Deployment", "web", 3),
        ("Pod", "lost", 0),
    ]


OWNED = ", ownerReferences: [{kind: Deployment, name: web, controller: true}]"
WEB = (
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
    "spec: {template: {spec: {containers: [{name: web, image: a}]}}}\n"
)


def told(judgement: Judgement) -> list[Finding]:
    return [group.finding for group in grouped(judgement.findings)]


@pytest.mark.parametrize("order", [1, -1])
def test_what_only_copies_show_is_told_once_of_the_first_one_by_name(order: int) -> None:
    pods = [POD % (name, OWNED) for name in ("web-1", "web-2", "web-3")]
    injected = [pod.replace("containers: [", "containers: [{name: proxy, image: p}, ") for pod in pods[:2]]

    def proxies(container: Container) -> Iterator[Evidence]:
        if container.name == "proxy":
            yield fail("is bad")

    said = told(judged("---\n".join((*injected, pods[2], WEB)[::order]), rule(proxies)))
    assert [(f.resource.name, [each.name for each in f.shown_by]) for f in said] == [("web-1", ["web-2"])]


def test_copies_are_counted_by_object_whatever_says_the_same_of_one() -> None:
    pods = [POD % (name, OWNED) for name in ("web-1", "web-2", "web-3")]

    def twice(_: Container) -> Iterator[Evidence]:
        yield fail("opens port 53", "ports", 0)
        yield fail("opens port 53", "ports", 1)

    said = told(judged("---\n".join((*pods, WEB.replace("[{name: web, image: a}]", "[]"))), rule(twice)))
    assert [(f.resource.name, f.path[-1], f.copies) for f in said] == [("web-1", 0, 2), ("web-1", 1, 2)]
    said = told(judged("---\n".join((*pods, WEB)), rule(twice)))
    assert [(f.resource.name, f.path[-1], f.copies) for f in said] == [("web", 0, 3), ("web", 1, 3)]


def test_who_only_says_that_it_is_owned_hides_nothing() -> None:
    bad = (POD % ("web-1", OWNED)).replace("spec: {", "spec: {hostPID: true, ")

    def host(pod: PodTemplate) -> Iterator[Evidence]:
        if pod.spec.get("hostPID"):
            yield fail("is bad")

    said = judged(f"{WEB}---\n{bad}", rule(host, on=PodTemplate)).findings
    assert [(f.resource.kind, f.resource.name) for f in said] == [("Pod", "web-1")]


@pytest.mark.parametrize(("replicas", "told"), [(0, 0), (1, 1), ("'${N}'", 1)])
def test_what_a_rollout_left_behind_is_not_judged(replicas: object, told: int) -> None:
    old = WEB.replace("Deployment", "ReplicaSet").replace("shop}", f"shop{OWNED}}}").replace("image: a", "image: old")
    old = old.replace("spec: {template", f"spec: {{replicas: {replicas}, template").replace(
        "name: web,", "name: old,", 1
    )

    def images(container: Container) -> Iterator[Evidence]:
        if container.spec["image"] == "old":
            yield fail("is bad")

    assert len(judged(f"{WEB}---\n{old}", rule(images)).findings) == told


def test_pods_that_own_each_other_are_all_judged() -> None:
    owned = ", ownerReferences: [{kind: Pod, name: %s, controller: true}]"
    pods = "---\n".join(POD % (name, owned % owner) for name, owner in (("a", "b"), ("b", "a"), ("c", "c")))

    def always(_: Container) -> Iterator[Evidence]:
        yield fail("is bad")

    assert [f.resource.name for f in judged(pods, rule(always)).findings] == ["a", "b", "c"]


def test_a_container_for_debugging_is_judged_although_its_pod_has_an_owner() -> None:
    deployment = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
        "spec: {template: {spec: {containers: [{name: web, image: a}]}}}\n"
    )
    pod = POD % ("web-1", ", ownerReferences: [{kind: Deployment, name: web, controller: true}]")
    debugged = pod.replace("spec: {", "spec: {ephemeralContainers: [{name: debug, image: b}], ")

    def only(container: Container) -> Iterator[Evidence]:
        if container.name == "debug":
            yield fail("is bad")

    assert len(judged(f"{deployment}---\n{debugged}", rule(only)).findings) == 1


@pytest.mark.parametrize(
    "owner",
    [
        "apiVersion: v1\nkind: ConfigMap\n",
        "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nspec: {containers: [{name: a}]}\n",
    ],
)
def test_what_an_owner_says_nothing_of_is_judged_for_itself(owner: str) -> None:
    kind = owner.partition("kind: ")[2].partition("\n")[0]
    owned = f", ownerReferences: [{{kind: {kind}, name: owner, controller: true}}]"

    def always(container: Container) -> Iterator[Evidence]:
        if container.resource.kind == "Pod":
            yield fail("is bad")

    judgement = judged(f"{owner}metadata: {{name: owner, namespace: shop}}\n---\n{POD % ('web', owned)}", rule(always))
    assert [(f.resource.name, f.copies) for f in judgement.findings] == [("web", 0)]


@pytest.mark.parametrize(
    "text", ["kind: Service\napiVersion: v1\n", "kind: Service\napiVersion: serving.knative.dev/v1\n"]
)
def test_kinds_are_told_apart_by_their_group(text: str) -> None:
    def always(_: Service) -> Iterator[Evidence]:
        yield fail("is bad")

    assert len(judged(text, rule(always, Service)).findings) == ("knative" not in text)


def test_fingerprints_survive_reordering_and_tell_values_apart() -> None:
    def port(container: Container) -> Iterator[Evidence]:
        yield fail("is bad", "image", value=container.spec["image"])

    one = (POD % ("a", "")).replace("[{name: web, image: a}]", "[{name: web, image: a}, {name: b, image: b}]")
    two = (POD % ("a", "")).replace("[{name: web, image: a}]", "[{name: b, image: b}, {name: web, image: a}]")
    first, second = judged(one, rule(port)).findings, judged("# moved\n---\n" + two, rule(port)).findings
    assert {f.fingerprint for f in first} == {f.fingerprint for f in second}
    assert len({f.fingerprint for f in first}) == 2


def silent(_: object) -> Iterator[Evidence]:
    yield from ()


@pytest.mark.parametrize("part", ["spec: '${SPEC}'", "spec: 3"])
def test_what_is_filled_in_as_a_whole_is_never_called_good(part: str) -> None:
    def missing(_: Service) -> Iterator[Evidence]:
        yield fail("has no type", "spec", "type")

    text = f"{{apiVersion: v1, kind: Service, metadata: {{name: a}}, {part}}}"
    for check in (silent, missing):
        (finding,) = judged(text, rule(check, Service)).findings
        assert (finding.verdict, finding.path_text) == (Verdict.UNKNOWN, "spec")


def test_what_surely_fails_beside_a_hole_still_fails() -> None:
    def named(_: Service) -> Iterator[Evidence]:
        yield fail("is called so", "metadata", "name")

    (finding,) = judged(
        "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: '${S}'}", rule(named, Service)
    ).findings
    assert finding.verdict is Verdict.FAIL


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        ("{containers: '${C}'}", "spec.containers"),
        ("{containers: ['${C}']}", "spec.containers[0]"),
        ("'${SPEC}'", "spec.containers"),
    ],
)
def test_containers_that_are_filled_in_are_unknown_to_every_rule_on_containers(spec: str, path: str) -> None:
    (finding,) = judged(f"{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {spec}}}", rule(silent)).findings
    assert (finding.verdict, finding.path_text) == (Verdict.UNKNOWN, path)
