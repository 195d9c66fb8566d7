"""What each Pod Security check refuses, allows and cannot decide."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from tests.unit.model.podsecurity_helpers import pod_of

from seawall.core import LeftOut, Unknown, Verdict, path_text
from seawall.errors import UsageError
from seawall.inventory import Inventory, Resource
from seawall.model import NEWEST, Estate, KubeVersion, PodTemplate
from seawall.model.podsecurity import (
    CHECKS,
    LEVELS,
    UNSAID,
    Level,
    Result,
    checks_for,
    evaluate,
    levels_by_namespace,
    strictest_level,
    verdict_of,
    violations,
)

Tree = dict[str, Any]

GOOD: Tree = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
LATER = Unknown("${X}")


def container(name: str = "web", /, **security: object) -> Tree:
    """A container that meets restricted, but for the fields given."""
    return {"name": name, "securityContext": {**GOOD, **security}}


def pod(**fields: Any) -> PodTemplate:
    return pod_of({"containers": [container()], **fields})


def only(result: tuple[Result, ...]) -> Result:
    (one,) = result
    return one


def test_there_are_the_nineteen_checks_under_upstreams_ids() -> None:
    assert " ".join(check.id for check in CHECKS) == (
        "appArmorProfile capabilities_baseline hostNamespaces hostPathVolumes hostPorts hostProbesAndHostLifecycle "
        "privileged procMount seLinuxOptions seccompProfile_baseline sysctls windowsHostProcess "
        "allowPrivilegeEscalation capabilities_restricted procMount_restricted restrictedVolumes runAsNonRoot "
        "runAsUser seccompProfile_restricted"
    )
    assert Counter(check.level for check in CHECKS) == {Level.BASELINE: 12, Level.RESTRICTED: 7}


def test_the_table_of_checks_is_sound() -> None:
    by_id = {check.id: check for check in CHECKS}
    assert len(by_id) == len(CHECKS), "ids are unique"
    for check in CHECKS:
        minors = [minor for minor, _ in check.versions]
        assert minors == sorted(set(minors)), f"{check.id}: versions are strictly increasing"
        assert 0 <= minors[0] <= minors[-1] <= NEWEST.minor
        if check.replaces:
            assert check.level is Level.RESTRICTED, f"{check.id}: only a restricted check may replace another"
            assert by_id[check.replaces].level is Level.BASELINE, f"{check.id}: only a baseline check is replaced"


def test_the_checks_stand_in_upstreams_order() -> None:
    assert list(CHECKS) == sorted(CHECKS, key=lambda check: (check.level, check.id))


@pytest.mark.parametrize(
    ("level", "minor", "count"),
    [
        (Level.PRIVILEGED, 37, 0),
        (Level.BASELINE, 0, 11),
        (Level.BASELINE, 34, 12),
        (Level.RESTRICTED, 0, 12),  # two of its own, one replaced
        (Level.RESTRICTED, 8, 13),
        (Level.RESTRICTED, 19, 13),
        (Level.RESTRICTED, 23, 14),
        (Level.RESTRICTED, 34, 15),
        (Level.RESTRICTED, 35, 15),
        (Level.RESTRICTED, 99, 15),
    ],
)
def test_a_level_has_the_checks_of_its_version(level: Level, minor: int, count: int) -> None:
    assert len(checks_for(level, KubeVersion(minor))) == count


def test_a_version_newer_than_known_is_the_newest_known() -> None:
    assert checks_for(Level.RESTRICTED, KubeVersion(99)) == checks_for(Level.RESTRICTED, NEWEST)


def test_levels_are_ordered_and_read_by_name() -> None:
    assert [level.label for level in LEVELS] == ["privileged", "baseline", "restricted"]
    assert Level.parse("baseline") is Level.BASELINE
    with pytest.raises(UsageError, match="'Restricted' is no Pod Security level"):
        Level.parse("Restricted")


def test_a_hardened_pod_meets_every_level_of_every_version() -> None:
    for minor in range(NEWEST.minor + 1):
        for level in LEVELS:
            assert evaluate(pod(), level, KubeVersion(minor)) == ()


# Each row: the part of a pod, the check that refuses it at level restricted, the place, the detail.
REFUSED = [
    ({"hostNetwork": True}, "hostNamespaces", "hostNetwork", "pod must not set hostNetwork=true"),
    ({"hostPID": True}, "hostNamespaces", "hostPID", "pod must not set hostPID=true"),
    ({"hostIPC": True}, "hostNamespaces", "hostIPC", "pod must not set hostIPC=true"),
    (
        {"containers": [container(privileged=True)]},
        "privileged",
        "containers[0].securityContext.privileged",
        'container "web" must not set securityContext.privileged=true',
    ),
    (
        {"initContainers": [container("a", privileged=True), container("b", privileged=True)]},
        "privileged",
        "initContainers[0].securityContext.privileged",
        'containers "a", "b" must not set securityContext.privileged=true',
    ),
    (
        {"ephemeralContainers": [container("debug", privileged=True)]},
        "privileged",
        "ephemeralContainers[0].securityContext.privileged",
        'container "debug" must not set securityContext.privileged=true',
    ),
    (
        {"containers": [{**container(), "ports": [{"hostPort": 80}, {"hostPort": 443}]}]},
        "hostPorts",
        "containers[0].ports[0].hostPort",
        'container "web" must not set hostPort 443, 80',
    ),
    (
        {"containers": [{**container(), "livenessProbe": {"httpGet": {"host": "127.0.0.1"}}}]},
        "hostProbesAndHostLifecycle",
        "containers[0].livenessProbe.httpGet.host",
        'container "web" must not set livenessProbe.httpGet.host to "127.0.0.1"',
    ),
    (
        {"securityContext": {"appArmorProfile": {"type": "Unconfined"}}},
        "appArmorProfile",
        "securityContext.appArmorProfile.type",
        'pod must not set securityContext.appArmorProfile.type to "Unconfined"',
    ),
    (
        {"securityContext": {"seLinuxOptions": {"type": "spc_t"}}},
        "seLinuxOptions",
        "securityContext.seLinuxOptions.type",
        'pod must not set securityContext.seLinuxOptions.type to "spc_t"',
    ),
    (
        {"containers": [container(procMount="Unmasked")]},
        "procMount_restricted",
        "containers[0].securityContext.procMount",
        'container "web" must not set securityContext.procMount to "Unmasked"',
    ),
    (
        {"securityContext": {"seccompProfile": {"type": "Unconfined"}}},
        "seccompProfile_restricted",
        "securityContext.seccompProfile.type",
        'pod must not set securityContext.seccompProfile.type to "Unconfined"',
    ),
    (
        {"containers": [container(seccompProfile=None)]},
        "seccompProfile_restricted",
        "containers[0].securityContext.seccompProfile.type",
        'pod or container "web" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    ),
    (
        {"securityContext": {"sysctls": [{"name": "kernel.msgmax"}]}},
        "sysctls",
        "securityContext.sysctls[0].name",
        'pod must not set sysctl "kernel.msgmax"',
    ),
    (
        {"securityContext": {"windowsOptions": {"hostProcess": True}}},
        "windowsHostProcess",
        "securityContext.windowsOptions.hostProcess",
        "pod must not set securityContext.windowsOptions.hostProcess=true",
    ),
    (
        {"containers": [container(allowPrivilegeEscalation=None)]},
        "allowPrivilegeEscalation",
        "containers[0].securityContext.allowPrivilegeEscalation",
        'container "web" must set securityContext.allowPrivilegeEscalation=false',
    ),
    (
        {"containers": [container(capabilities={"drop": ["all"]})]},
        "capabilities_restricted",
        "containers[0].securityContext.capabilities.drop",
        'container "web" must set securityContext.capabilities.drop=["ALL"]',
    ),
    (
        {"containers": [container(capabilities={"drop": ["ALL"], "add": ["CHOWN"]})]},
        "capabilities_restricted",
        "containers[0].securityContext.capabilities.add[0]",
        'container "web" must not include "CHOWN" in securityContext.capabilities.add',
    ),
    (
        {"volumes": [{"name": "data", "nfs": {}}]},
        "restrictedVolumes",
        "volumes[0].nfs",
        'volume "data" must not use the restricted volume type "nfs"',
    ),
    (
        {"securityContext": {"runAsNonRoot": False}},
        "runAsNonRoot",
        "securityContext.runAsNonRoot",
        "pod must not set securityContext.runAsNonRoot=false",
    ),
    (
        {"containers": [container(runAsNonRoot=None)]},
        "runAsNonRoot",
        "containers[0].securityContext.runAsNonRoot",
        'pod or container "web" must set securityContext.runAsNonRoot=true',
    ),
    (
        {"containers": [container(runAsUser=0)]},
        "runAsUser",
        "containers[0].securityContext.runAsUser",
        'container "web" must not set securityContext.runAsUser=0',
    ),
]


@pytest.mark.parametrize(("fields", "check_id", "path", "detail"), REFUSED)
def test_a_refusal_names_its_check_its_place_and_what_to_do(
    fields: Tree, check_id: str, path: str, detail: str
) -> None:
    result = only(evaluate(pod(**fields), Level.RESTRICTED))
    assert (result.check.id, result.verdict) == (check_id, Verdict.FAIL)
    assert path_text(result.violations[0].path) == path
    assert result.detail == detail


@pytest.mark.parametrize(
    ("fields", "check_id"),
    [
        ({"containers": [container(capabilities={"add": ["NET_RAW"]})]}, "capabilities_baseline"),
        ({"containers": [container(capabilities={"add": ["CAP_CHOWN"]})]}, "capabilities_baseline"),
        ({"volumes": [{"name": "v", "hostPath": {"path": "/"}}]}, "hostPathVolumes"),
        ({"volumes": [{"name": "v", "hostPath": {}, "emptyDir": {}}]}, "hostPathVolumes"),
        ({"containers": [container(procMount="Unmasked")]}, "procMount"),
        ({"containers": [container(seccompProfile={})]}, "seccompProfile_baseline"),
    ],
)
def test_what_only_baseline_asks(fields: Tree, check_id: str) -> None:
    assert only(evaluate(pod(**fields), Level.BASELINE)).check.id == check_id


def test_a_pod_level_false_is_refused_though_every_container_overrides_it() -> None:
    result = only(evaluate(pod(securityContext={"runAsNonRoot": False}), Level.RESTRICTED))
    assert [path_text(violation.path) for violation in result.violations] == ["securityContext.runAsNonRoot"]


def test_host_network_binds_the_ports_that_containers_declare() -> None:
    ports = [{"containerPort": 80}, {"containerPort": 90, "hostPort": 0}, {"name": "none"}]
    debug = {**container("debug"), "ports": ports}
    spec = {"containers": [{**container(), "ports": ports}], "hostNetwork": True, "ephemeralContainers": [debug]}
    _, result = evaluate(pod_of(spec), Level.BASELINE)
    assert result.check.id == "hostPorts"
    assert result.detail == 'container "web" must not get hostPort 80, 90, which hostNetwork=true sets'
    assert [violation.value for violation in result.violations] == [None, None]


def test_an_allowed_source_wins_over_another() -> None:
    assert evaluate(pod(volumes=[{"name": "v", "emptyDir": {}, "nfs": {}}]), Level.RESTRICTED) == ()


def test_a_restricted_source_fails_whatever_another_one_turns_out_to_be() -> None:
    result = only(evaluate(pod(volumes=[{"name": "v", "hostPath": LATER, "nfs": {}}]), Level.RESTRICTED))
    assert (result.verdict, path_text(result.violations[0].path)) == (Verdict.FAIL, "volumes[0].nfs")


def test_a_volume_without_a_source_becomes_an_empty_dir() -> None:
    assert evaluate(pod(volumes=[{"name": "v"}, {"name": "w", "hostPath": None}]), Level.RESTRICTED) == ()


@pytest.mark.parametrize(("minor", "verdict"), [(24, Verdict.FAIL), (25, Verdict.PASS)])
def test_windows_is_spared_what_it_does_not_have(minor: int, verdict: Verdict) -> None:
    windows = pod_of(
        {"containers": [{"name": "web"}], "os": {"name": "windows"}, "securityContext": GOOD | {"seccompProfile": None}}
    )
    assert verdict_of(evaluate(windows, Level.RESTRICTED, KubeVersion(minor))) is verdict


def test_windows_is_not_spared_run_as_non_root() -> None:
    windows = pod_of({"containers": [{"name": "web"}], "os": {"name": "windows"}})
    assert only(evaluate(windows, Level.RESTRICTED)).check.id == "runAsNonRoot"


@pytest.mark.parametrize(("minor", "refused"), [(34, {"runAsNonRoot", "runAsUser"}), (35, set())])
def test_a_user_namespace_relaxes_root_from_1_35(minor: int, refused: set[str]) -> None:
    root = pod(hostUsers=False, containers=[container(runAsNonRoot=None, runAsUser=0)])
    assert {result.check.id for result in evaluate(root, Level.RESTRICTED, KubeVersion(minor))} == refused


def test_a_user_namespace_relaxes_proc_mount_for_baseline_only() -> None:
    unmasked = pod(hostUsers=False, containers=[container(procMount="Unmasked")])
    assert evaluate(unmasked, Level.BASELINE, KubeVersion(35)) == ()
    assert only(evaluate(unmasked, Level.RESTRICTED, KubeVersion(35))).check.id == "procMount_restricted"
    assert only(evaluate(unmasked, Level.BASELINE, KubeVersion(34))).check.id == "procMount"


APPARMOR = "container.apparmor.security.beta.kubernetes.io/stranger"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        ("unconfined", Verdict.FAIL),
        ("runtime/default", Verdict.PASS),
        ("localhost/mine", Verdict.PASS),
        ("localhost/${PROFILE}", Verdict.PASS),
        ("", Verdict.PASS),
        (None, Verdict.PASS),
        ("${PROFILE}", Verdict.UNKNOWN),
        (LATER, Verdict.UNKNOWN),
        (["unconfined"], Verdict.UNKNOWN),
    ],
)
def test_the_apparmor_annotation_counts_for_a_container_that_does_not_exist(value: object, verdict: Verdict) -> None:
    results = evaluate(pod_of({"containers": [container()]}, {APPARMOR: value}), Level.RESTRICTED)
    assert verdict_of(results) is verdict
    for result in results:
        assert path_text(result.violations[0].place(pod())) == f"metadata.annotations['{APPARMOR}']"


def test_several_apparmor_profiles_have_a_reason_in_the_plural() -> None:
    bad = {APPARMOR: "unconfined", f"{APPARMOR}2": "worse"}
    assert (
        only(evaluate(pod_of({"containers": [container()]}, bad), Level.BASELINE)).reason
        == "forbidden AppArmor profiles"
    )
    one = {APPARMOR: "unconfined"}
    result = only(evaluate(pod_of({"containers": [container()]}, one), Level.BASELINE))
    assert result.reason == "forbidden AppArmor profile"
    assert result.detail == f'annotation "{APPARMOR}" must not be "unconfined"'


SECCOMP = "container.seccomp.security.alpha.kubernetes.io/"


@pytest.mark.parametrize(
    ("key", "name", "verdict"),
    [
        ("seccomp.security.alpha.kubernetes.io/pod", "web", Verdict.FAIL),
        (f"{SECCOMP}web", "web", Verdict.FAIL),
        (f"{SECCOMP}stranger", "web", Verdict.PASS),
        (f"{SECCOMP}stranger", LATER, Verdict.UNKNOWN),
        (f"{SECCOMP}stranger", "${NAME}", Verdict.UNKNOWN),
        (SECCOMP, None, Verdict.FAIL),
    ],
)
def test_before_1_19_seccomp_was_an_annotation_of_a_container_that_exists(
    key: str, name: object, verdict: Verdict
) -> None:
    old = pod_of({"containers": [{**container(), "name": name}]}, {key: "unconfined", "other": "unconfined"})
    assert verdict_of(evaluate(old, Level.BASELINE, KubeVersion(18))) is verdict
    assert evaluate(old, Level.BASELINE, KubeVersion(19)) == ()


def test_annotations_that_cannot_be_read_are_unknown() -> None:
    results = evaluate(pod_of({"containers": [container()]}, LATER), Level.BASELINE)
    assert only(results).detail == 'annotations cannot be judged, it is "${X}": it is filled in later'
    assert verdict_of(results) is Verdict.UNKNOWN


# Each row: what stands in a pod where the check named cannot decide, and the place it names.
UNDECIDED = [
    ({"hostNetwork": LATER}, "hostNamespaces", "hostNetwork"),
    ({"hostNetwork": "yes"}, "hostNamespaces", "hostNetwork"),
    ({"volumes": LATER}, "restrictedVolumes", "volumes"),
    ({"volumes": [None]}, "restrictedVolumes", "volumes[0]"),
    ({"volumes": [{"nfs": LATER}]}, "restrictedVolumes", "volumes[0].nfs"),
    ({"volumes": [{"nfs": {}, "emptyDir": LATER}]}, "restrictedVolumes", "volumes[0].emptyDir"),
    ({"securityContext": {"sysctls": LATER}}, "sysctls", "securityContext.sysctls"),
    ({"securityContext": {"sysctls": [LATER]}}, "sysctls", "securityContext.sysctls[0]"),
    ({"containers": [container(privileged=1)]}, "privileged", "containers[0].securityContext.privileged"),
    (
        {"containers": [container(runAsUser=True)]},
        "runAsUser",
        "containers[0].securityContext.runAsUser",
    ),
    (
        {"containers": [container(runAsUser=0)], "hostUsers": LATER},
        "runAsUser",
        "hostUsers",
    ),
    (
        {"containers": [container(allowPrivilegeEscalation=True)], "os": {"name": LATER}},
        "allowPrivilegeEscalation",
        "os.name",
    ),
    (
        {"containers": [container(capabilities={"drop": [LATER, "NET_RAW"]})]},
        "capabilities_restricted",
        "containers[0].securityContext.capabilities.drop",
    ),
    ({"containers": [{**container(), "ports": [LATER]}]}, "hostPorts", "containers[0].ports[0]"),
    ({"containers": [{**container(), "ports": "80"}]}, "hostPorts", "containers[0].ports"),
    (
        {"containers": [container(procMount="${MOUNT}")]},
        "procMount_restricted",
        "containers[0].securityContext.procMount",
    ),
]


@pytest.mark.parametrize(("fields", "check_id", "path"), UNDECIDED)
def test_an_undecided_value_is_unknown_at_its_place(fields: Tree, check_id: str, path: str) -> None:
    result = only(evaluate(pod(**fields), Level.RESTRICTED))
    assert (result.check.id, result.verdict) == (check_id, Verdict.UNKNOWN)
    assert [path_text(violation.path) for violation in result.violations] == [path]
    assert "cannot be judged by" in result.detail


@pytest.mark.parametrize("key", ["containers", "initContainers", "ephemeralContainers"])
@pytest.mark.parametrize("value", [LATER, [LATER], [None], "web"])
def test_containers_that_cannot_be_read_are_unknown_to_every_check_of_containers(key: str, value: object) -> None:
    unknown = {result.check.id for result in evaluate(pod(**{key: value}), Level.RESTRICTED)}
    of_the_pod = {"hostNamespaces", "restrictedVolumes", "sysctls"}
    assert unknown == {check.id for check in checks_for(Level.RESTRICTED)} - of_the_pod


def test_what_surely_fails_outweighs_what_is_unknown() -> None:
    mixed = pod(containers=[container("a", privileged=LATER), container("b", privileged=True)])
    result = only(evaluate(mixed, Level.BASELINE))
    assert result.verdict is Verdict.FAIL
    assert [violation.name for violation in result.violations] == ["b"]
    assert [found.verdict for found in violations("privileged", mixed)] == [Verdict.UNKNOWN, Verdict.FAIL]


def test_an_unknown_says_what_stands_there_and_why_it_does_not_do() -> None:
    result = only(evaluate(pod(containers=[container(privileged=LATER)]), Level.BASELINE))
    assert result.detail == (
        'container "web" cannot be judged by securityContext.privileged, which is "${X}": it is filled in later'
    )
    left = only(evaluate(pod(hostPID=LeftOut("Kafka leaves it to its operator")), Level.BASELINE))
    assert left.detail == "pod cannot be judged by hostPID: Kafka leaves it to its operator"
    wrong = only(evaluate(pod(hostPID=[1]), Level.BASELINE))
    assert wrong.detail == 'pod cannot be judged by hostPID, which is "a list": the API takes no such value here'


def test_undecided_host_network_matters_to_ports_only_where_a_port_is_declared() -> None:
    assert {result.check.id for result in evaluate(pod(hostNetwork=LATER), Level.BASELINE)} == {"hostNamespaces"}
    served = pod(hostNetwork=LATER, containers=[{**container(), "ports": [{"containerPort": 80}]}])
    assert {result.check.id for result in evaluate(served, Level.BASELINE)} == {"hostNamespaces", "hostPorts"}


def test_a_port_still_to_be_filled_in_is_unknown_on_the_host_network() -> None:
    served = pod(hostNetwork=True, containers=[{**container(), "ports": [{"containerPort": LATER}]}])
    (found,) = violations("hostPorts", served)
    assert found.verdict is Verdict.UNKNOWN
    assert path_text(found.path) == "containers[0].ports[0].containerPort"


def test_violations_of_one_check_name_their_container() -> None:
    unhardened = pod_of({"initContainers": [{"name": "setup"}], "containers": [{"name": "web"}]})
    found = list(violations("allowPrivilegeEscalation", unhardened))
    assert [violation.container for violation in found] == list(unhardened.containers)
    assert found[0].place(unhardened) == ("spec", "initContainers", 0, "securityContext", "allowPrivilegeEscalation")
    assert found[0].detail == "must set securityContext.allowPrivilegeEscalation=false"


def test_a_check_says_nothing_before_its_first_version_and_refuses_no_id_it_does_not_know() -> None:
    assert list(violations("allowPrivilegeEscalation", pod_of({"containers": [{}]}), KubeVersion(7))) == []
    with pytest.raises(KeyError):
        list(violations("nosuch", pod()))


def test_strictest_level_is_what_every_pod_surely_meets() -> None:
    plain, host = pod_of({"containers": [{"name": "web"}]}), pod(hostPID=True)
    assert strictest_level([]).level is Level.RESTRICTED
    assert strictest_level([pod()]).next is None
    standing = strictest_level([pod(), plain])
    assert (standing.level, standing.next) == (Level.BASELINE, Level.RESTRICTED)
    assert [obstacle.pod for obstacle in standing.obstacles] == [plain]
    worse = strictest_level([plain, host])
    assert (worse.level, worse.next) == (Level.PRIVILEGED, Level.BASELINE)
    assert [result.check.id for obstacle in worse.obstacles for result in obstacle.results] == ["hostNamespaces"]


def test_a_level_that_is_unknown_is_not_met() -> None:
    standing = strictest_level([pod(hostPID=LATER)])
    assert standing.level is Level.PRIVILEGED
    assert standing.obstacles[0].results[0].verdict is Verdict.UNKNOWN


def in_namespace(name: str | None, spec: Tree) -> Resource:
    import msgspec

    return msgspec.structs.replace(pod_of(spec).resource, namespace=name)


def test_namespaces_with_pods_stand_at_their_level() -> None:
    resources = (
        in_namespace("shop", {"containers": [container()]}),
        in_namespace("ops", {"containers": [container()], "hostPID": True}),
        in_namespace(None, {"containers": [container(runAsUser=0)]}),
    )
    estate = Estate(Inventory(resources), KubeVersion(22))
    assert [(row.name, row.pods, row.standing.level) for row in levels_by_namespace(estate)] == [
        ("ops", 1, Level.PRIVILEGED),
        ("shop", 1, Level.RESTRICTED),
        (UNSAID, 1, Level.RESTRICTED),  # runAsUser is checked from 1.23 on
    ]


def test_what_an_operator_completes_does_not_lower_a_namespaces_level() -> None:
    import msgspec

    def kafka(name: str, **spec: object) -> Resource:
        tree = {"spec": {"kafka": {"template": {"pod": {"securityContext": {"runAsNonRoot": True}}}}, **spec}}
        return msgspec.structs.replace(in_namespace(name, {}), group="kafka.strimzi.io", kind="Kafka", tree=tree)

    refused = msgspec.structs.replace(
        in_namespace("mesh", {}), group="monitoring.coreos.com", kind="Prometheus", tree={"spec": {"hostNetwork": True}}
    )
    whole = in_namespace("data", {"containers": [container()]})
    estate = Estate(Inventory((kafka("data"), whole, kafka("queue"), refused)))
    assert [(row.name, row.pods, row.completed, row.level) for row in levels_by_namespace(estate)] == [
        ("data", 2, 1, Level.RESTRICTED),
        ("mesh", 1, 1, Level.PRIVILEGED),
        ("queue", 1, 1, None),
    ]
