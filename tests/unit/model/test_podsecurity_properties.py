"""The checks against a second, obvious implementation, over generated pods of every version."""

from __future__ import annotations

import itertools
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.model.podsecurity_helpers import pod_of
from tests.unit.model.podsecurity_reference import BAD_VOLUMES, GOOD_VOLUMES, refusing

from seawall.core import Path, Unknown, Verdict
from seawall.inventory.change import Change, changed
from seawall.model import NEWEST, KubeVersion, PodTemplate
from seawall.model.podsecurity import CHECKS, Level, evaluate, violations

Tree = dict[str, Any]
Values = tuple[Any, ...]

MINORS = st.integers(0, NEWEST.minor)
LEVEL = st.sampled_from([Level.BASELINE, Level.RESTRICTED])

BOOLEANS: Values = (None, True, False)
PROFILES: Values = (None, {}, {"type": "RuntimeDefault"}, {"type": "Localhost"}, {"type": "Unconfined"})
TYPES: Values = (None, "", "container_t", "container_engine_t", "spc_t")
USERS: Values = (None, 0, 1000)
HOSTS: Values = (None, "", "127.0.0.1")
MOUNTS: Values = (None, "Default", "Unmasked")
OPTIONS: Values = (None, {}, {"type": "spc_t"}, {"user": "u"}, {"role": "r"}, {"level": "s0", "type": "container_t"})
PORTS: Values = (None, [], [{"containerPort": 80}], [{"containerPort": 80, "hostPort": 0}], [{"hostPort": 8080}])
CAPABILITIES: Values = (
    None,
    {},
    {"drop": ["ALL"]},
    {"drop": ["all"], "add": ["CHOWN"]},
    {"drop": ["NET_RAW", "ALL"], "add": ["NET_BIND_SERVICE"]},
    {"drop": ["ALL"], "add": ["SYS_ADMIN", "NET_BIND_SERVICE"]},
)
SYSCTLS: Values = (
    None,
    [],
    [{"name": "net.ipv4.tcp_syncookies"}],
    [{"name": "net.ipv4.tcp_rmem"}, {"name": "net.ipv4.tcp_fin_timeout"}],
    [{"name": "net.ipv4.tcp_notsent_lowat"}],
    [{"name": "net.ipv4.ip_local_reserved_ports"}],
    [{"name": "kernel.msgmax"}],
)
GOOD_CONTEXT: Tree = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
BAD_CONTEXT: Tree = {
    "privileged": True,
    "allowPrivilegeEscalation": True,
    "capabilities": {"add": ["SYS_ADMIN"]},
    "runAsNonRoot": False,
    "runAsUser": 0,
    "procMount": "Unmasked",
    "seccompProfile": {"type": "Unconfined"},
    "appArmorProfile": {"type": "Unconfined"},
    "seLinuxOptions": {"user": "u"},
    "windowsOptions": {"hostProcess": True},
    "sysctls": [{"name": "kernel.msgmax"}],
}
CONTEXTS: Values = (None, {}, GOOD_CONTEXT, BAD_CONTEXT)
BAD_CONTAINER: Tree = {
    "name": "bad",
    "securityContext": BAD_CONTEXT,
    "ports": [{"hostPort": 1}],
    "livenessProbe": {"httpGet": {"host": "h"}},
}
GOOD_CONTAINER: Tree = {"name": "good", "securityContext": GOOD_CONTEXT}
HOSTPATH: Tree = {"name": "v", "hostPath": {}}
VOLUMES: Values = (None, [], [{"name": "v"}], [{"name": "v", "emptyDir": {}}], [HOSTPATH], [{"nfs": {}}])
SECURITY_FIELDS: dict[str, Values] = {
    "appArmorProfile": PROFILES,
    "seLinuxOptions": OPTIONS,
    "seccompProfile": PROFILES,
    "windowsOptions": (None, {}, {"hostProcess": True}, {"hostProcess": False}),
    "runAsNonRoot": BOOLEANS,
    "runAsUser": USERS,
}
CONTAINER_ONLY: dict[str, Values] = {
    "privileged": BOOLEANS,
    "allowPrivilegeEscalation": BOOLEANS,
    "capabilities": CAPABILITIES,
    "procMount": MOUNTS,
}
POD_FIELDS: dict[str, Values] = {
    "hostNetwork": BOOLEANS,
    "hostPID": BOOLEANS,
    "hostIPC": BOOLEANS,
    "hostUsers": BOOLEANS,
    "os": (None, {}, {"name": "windows"}, {"name": "linux"}),
    "volumes": VOLUMES,
}
CONTAINER_FIELDS: dict[str, Values] = {
    "ports": PORTS,
    "livenessProbe": (None, {"exec": {}}, {"httpGet": {"host": ""}}, {"httpGet": {"port": 1, "host": "127.0.0.1"}}),
    "readinessProbe": (None, {"tcpSocket": {"port": 1}}, {"tcpSocket": {"host": "x"}}),
    "startupProbe": (None, {"httpGet": {"host": "x"}}),
    "lifecycle": (None, {"postStart": {"httpGet": {"host": "x"}}}, {"preStop": {"tcpSocket": {"host": "x"}}}),
}
ANNOTATIONS = st.dictionaries(
    st.sampled_from(
        [
            "container.apparmor.security.beta.kubernetes.io/c0",
            "seccomp.security.alpha.kubernetes.io/pod",
            "container.seccomp.security.alpha.kubernetes.io/c0",
            "container.seccomp.security.alpha.kubernetes.io/stranger",
            "example.com/note",
        ]
    ),
    st.sampled_from(["", "runtime/default", "docker/default", "localhost/x", "unconfined"]),
    max_size=2,
)


def mappings(fields: dict[str, Values]) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries({}, optional={key: st.sampled_from(values) for key, values in fields.items()})


CONTEXT = st.one_of(st.just(GOOD_CONTEXT), mappings({**SECURITY_FIELDS, **CONTAINER_ONLY}))
CONTAINER = st.builds(
    lambda name, context, fields: {"name": name, "securityContext": context, **fields},
    st.sampled_from(["c0", "c1"]),
    CONTEXT,
    mappings(CONTAINER_FIELDS),
)
VOLUME = st.sampled_from([*GOOD_VOLUMES, *BAD_VOLUMES]).map(lambda source: {"name": "v", source: {}})
SPEC = st.builds(
    lambda fields, security, lists, volumes: {**fields, "securityContext": security, **lists, "volumes": volumes},
    mappings(POD_FIELDS),
    st.one_of(st.just({"runAsNonRoot": True}), mappings({**SECURITY_FIELDS, "sysctls": SYSCTLS})),
    st.fixed_dictionaries(
        {"containers": st.lists(CONTAINER, min_size=1, max_size=2)},
        optional={key: st.lists(CONTAINER, max_size=1) for key in ("initContainers", "ephemeralContainers")},
    ),
    st.lists(VOLUME, max_size=2),
)


class Field(NamedTuple):
    """A place of a pod, and what may stand there."""

    path: Path
    values: Values


def _security(prefix: Path, fields: dict[str, Values]) -> list[Field]:
    return [Field((*prefix, "securityContext", key), values) for key, values in fields.items()]


C0: Path = ("containers", 0)
FIELDS = [
    *(Field((key,), values) for key, values in POD_FIELDS.items()),
    *_security((), {**SECURITY_FIELDS, "sysctls": SYSCTLS}),
    *_security(C0, {**SECURITY_FIELDS, **CONTAINER_ONLY}),
    *_security(("initContainers", 0), {**SECURITY_FIELDS, **CONTAINER_ONLY}),
    *(Field((*C0, key), values) for key, values in CONTAINER_FIELDS.items()),
    Field(("os", "name"), (None, "windows", "linux")),
    Field(("securityContext",), CONTEXTS),
    Field(("securityContext", "seccompProfile", "type"), (None, "RuntimeDefault", "Unconfined")),
    Field(("securityContext", "seLinuxOptions", "type"), TYPES),
    Field(("securityContext", "sysctls", 0), tuple(item for values in SYSCTLS[2:] for item in values or [])),
    Field(("securityContext", "sysctls", 0, "name"), ("net.ipv4.tcp_syncookies", "net.ipv4.tcp_rmem", "kernel.msgmax")),
    Field((*C0, "securityContext"), CONTEXTS),
    Field((*C0, "securityContext", "seccompProfile", "type"), (None, "Localhost", "Unconfined")),
    Field((*C0, "securityContext", "appArmorProfile", "type"), (None, "Localhost", "Unconfined")),
    Field((*C0, "securityContext", "windowsOptions", "hostProcess"), BOOLEANS),
    Field((*C0, "securityContext", "capabilities", "add"), (None, [], ["CHOWN"], ["NET_BIND_SERVICE"], ["SYS_TIME"])),
    Field((*C0, "securityContext", "capabilities", "add", 0), ("CHOWN", "NET_BIND_SERVICE", "SYS_TIME")),
    Field((*C0, "securityContext", "capabilities", "drop"), (None, [], ["ALL"], ["NET_RAW"])),
    Field((*C0, "securityContext", "capabilities", "drop", 0), ("ALL", "NET_RAW")),
    Field((*C0, "livenessProbe", "httpGet", "host"), HOSTS),
    Field((*C0, "lifecycle", "preStop"), (None, {}, {"tcpSocket": {"host": "x"}})),
    Field((*C0, "ports", 0), ({}, {"containerPort": 80}, {"hostPort": 80})),
    Field((*C0, "ports", 0, "hostPort"), (None, 0, 80)),
    Field((*C0, "ports", 0, "containerPort"), (None, 0, 80)),
    Field(C0, (GOOD_CONTAINER, BAD_CONTAINER)),
    Field(("initContainers",), (None, [], [GOOD_CONTAINER], [BAD_CONTAINER])),
    Field(("ephemeralContainers",), (None, [], [GOOD_CONTAINER], [BAD_CONTAINER])),
    Field(("volumes", 0), ({"name": "v"}, {"emptyDir": {}}, {"hostPath": {}}, {"nfs": {}})),
    Field(("volumes", 0, "hostPath"), (None, {}, {"path": "/"})),
    Field(("volumes", 0, "emptyDir"), (None, {})),
    Field(("volumes", 0, "nfs"), (None, {})),
]


def failing(pod: PodTemplate, level: Level, minor: int) -> dict[str, Verdict]:
    return {result.check.id: result.verdict for result in evaluate(pod, level, KubeVersion(minor))}


@settings(max_examples=400, deadline=None)
@given(SPEC, ANNOTATIONS, LEVEL, MINORS)
def test_the_checks_agree_with_the_reference(spec: Tree, annotations: dict[str, str], level: Level, minor: int) -> None:
    found = failing(pod_of(spec, annotations), level, minor)
    assert set(found.values()) <= {Verdict.FAIL}, "a pod without unknown values is decided"
    assert set(found) == refusing(level.label, minor, spec, annotations)


@settings(max_examples=400, deadline=None)
@given(SPEC, st.sampled_from(FIELDS), MINORS)
def test_one_unknown_value_is_judged_exactly(spec: Tree, field: Field, minor: int) -> None:
    """A check is unknown exactly when the value that will stand there decides."""
    _compare(spec, [field], minor, exact=True)


@settings(max_examples=150, deadline=None)
@given(SPEC, st.lists(st.sampled_from(FIELDS), min_size=2, max_size=2, unique_by=lambda f: f.path), MINORS)
def test_whatever_fills_unknown_values_agrees_with_a_verdict(spec: Tree, fields: list[Field], minor: int) -> None:
    _compare(spec, sorted(fields, key=lambda field: len(field.path)), minor, exact=False)


def _compare(spec: Tree, fields: list[Field], minor: int, *, exact: bool) -> None:
    holes = [
        field for field in fields if not any(field.path[: len(f.path)] == f.path for f in fields if f is not field)
    ]
    holed = changed(spec, [Change(field.path, Unknown("${X}")) for field in holes])
    completions = [
        changed(spec, [Change(field.path, value) for field, value in zip(holes, values, strict=True)])
        for values in itertools.product(*(field.values for field in holes))
    ]
    for level in (Level.BASELINE, Level.RESTRICTED):
        refused = [refusing(level.label, minor, tree, {}) for tree in completions]
        found = failing(pod_of(holed), level, minor)
        for check in CHECKS:
            outcomes = {check.id in ids for ids in refused}
            verdict = found.get(check.id, Verdict.PASS)
            if verdict is not Verdict.UNKNOWN:
                assert outcomes == {verdict is Verdict.FAIL}, (check.id, verdict)
            elif exact:
                assert outcomes == {True, False}, (check.id, "unknown although every value gives the same")


SAFE: dict[Path, Any] = {
    ("hostNetwork",): False,
    ("hostPID",): False,
    ("hostIPC",): False,
    ("hostUsers",): False,
    ("securityContext", "runAsNonRoot"): True,
    ("securityContext", "runAsUser"): 1000,
    ("securityContext", "seccompProfile"): {"type": "RuntimeDefault"},
    ("securityContext", "appArmorProfile"): {"type": "RuntimeDefault"},
    ("securityContext", "seLinuxOptions"): None,
    ("securityContext", "windowsOptions"): None,
    ("securityContext", "sysctls"): [],
    ("volumes",): [],
    ("initContainers",): [],
    ("ephemeralContainers",): [],
    (*C0, "securityContext"): GOOD_CONTEXT,
    (*C0, "securityContext", "capabilities"): {"drop": ["ALL"]},
    (*C0, "securityContext", "allowPrivilegeEscalation"): False,
    (*C0, "securityContext", "procMount"): "Default",
    (*C0, "ports"): [],
    (*C0, "livenessProbe"): None,
    C0: GOOD_CONTAINER,
}


@settings(max_examples=150, deadline=None)
@given(SPEC, st.sampled_from(sorted(SAFE, key=str)), LEVEL, MINORS)
def test_hardening_a_field_refuses_nothing_new(spec: Tree, path: Path, level: Level, minor: int) -> None:
    before = failing(pod_of(spec), level, minor)
    after = failing(pod_of(changed(spec, [Change(path, SAFE[path])])), level, minor)
    assert set(after) <= set(before)


@settings(max_examples=150, deadline=None)
@given(SPEC, ANNOTATIONS, MINORS)
def test_what_baseline_refuses_restricted_refuses(spec: Tree, annotations: dict[str, str], minor: int) -> None:
    """Holds for pods that the API takes: it refuses a Windows pod with Linux fields."""
    pod = pod_of({**spec, "os": None}, annotations)
    if failing(pod, Level.BASELINE, minor):
        assert Verdict.FAIL in failing(pod, Level.RESTRICTED, minor).values()


@pytest.mark.parametrize("check_id", ["sysctls", "seLinuxOptions", "procMount", "runAsNonRoot"])
@settings(max_examples=60, deadline=None)
@given(spec=SPEC)
def test_a_newer_version_of_a_relaxed_check_refuses_no_more(check_id: str, spec: Tree) -> None:
    pod = pod_of(spec)
    refused = [bool(list(violations(check_id, pod, KubeVersion(minor)))) for minor in range(NEWEST.minor + 1)]
    assert refused == sorted(refused, reverse=True)


@settings(max_examples=100, deadline=None)
@given(SPEC, ANNOTATIONS, MINORS)
def test_a_violation_points_at_its_value(spec: Tree, annotations: dict[str, str], minor: int) -> None:
    pod = pod_of(spec, annotations)
    for check in CHECKS:
        for violation in violations(check.id, pod, KubeVersion(minor)):
            found: Any = pod.resource.tree
            for step in violation.place(pod):
                found = found[step] if isinstance(step, int) else (found or {}).get(step)
            assert (found or None) == (violation.value or None)
