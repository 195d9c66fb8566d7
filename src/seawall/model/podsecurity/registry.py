"""The nineteen checks of the Pod Security Standards, from which policy version on, and what they say of a pod."""

from __future__ import annotations

import enum
import functools
from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.core import Verdict
from seawall.errors import UsageError
from seawall.model.podsecurity import annotated, baseline, restricted
from seawall.model.podsecurity.inspections import (
    Inspect,
    both,
    each_container,
    pod_and_containers,
    unless_user_namespace,
    unless_windows,
)
from seawall.model.podsecurity.parts import Violation, dissect
from seawall.model.subjects import PodTemplate
from seawall.model.versions import NEWEST, KubeVersion


class Level(enum.IntEnum):
    """A level of the standards; a higher one asks for more."""

    PRIVILEGED = 0
    BASELINE = 1
    RESTRICTED = 2

    @property
    def label(self) -> str:
        """The word of namespace labels: `privileged`, `baseline`, `restricted`."""
        return self.name.lower()

    @classmethod
    def parse(cls, text: str) -> Level:
        """Reads the word of a namespace label.

        Raises:
            UsageError: it is none of the three.
        """
        for level in cls:
            if level.label == text:
                return level
        raise UsageError(f"'{text}' is no Pod Security level", "Use privileged, baseline or restricted")


LEVELS: Final = tuple(Level)


class Check(msgspec.Struct, frozen=True, eq=False):
    """One check of the standards, under upstream's id."""

    id: str
    level: Level
    reason: str
    """Upstream's short reason of a refusal."""
    versions: tuple[tuple[int, Inspect], ...]
    """(first minor version, what it inspects from then on), in increasing order."""
    replaces: str = ""
    """The id of the baseline check that it makes superfluous at level restricted."""

    def inspection(self, version: KubeVersion) -> Inspect | None:
        """What the check inspects under a policy version; None before its first."""
        found = None
        for minor, inspect in self.versions:
            if minor <= version.minor:
                found = inspect
        return found


class Result(msgspec.Struct, frozen=True, eq=False):
    """A check that refuses a pod, or cannot decide about it."""

    check: Check
    verdict: Verdict
    """`FAIL` or `UNKNOWN`."""
    violations: tuple[Violation, ...]
    """Those of this verdict, never empty; pod first, then containers in the order of the API server's visit."""

    @property
    def reason(self) -> str:
        """Upstream's reason, in the plural where it has one and several values are refused."""
        several = len({violation.shown for violation in self.violations}) > 1
        return self.check.reason.replace("(s)", "s" if several else "")

    @property
    def detail(self) -> str:
        """Who must do what: `containers "a", "b" must not set securityContext.privileged=true; ...`."""
        groups: dict[tuple[str, str], list[Violation]] = {}
        for violation in self.violations:
            groups.setdefault((violation.noun, violation.demand), []).append(violation)
        return "; ".join(_sentence(noun, demand, group) for (noun, demand), group in groups.items())


def _sentence(noun: str, demand: str, group: list[Violation]) -> str:
    names = dict.fromkeys(f'"{violation.name}"' for violation in group if violation.name)
    shown = sorted({violation.shown for violation in group})
    subject = f"{noun}{'s' if len(names) > 1 else ''} {', '.join(names)}".rstrip()
    return f"{subject} {demand.replace('{}', ', '.join(shown))}"


_SYSCTLS_1_27 = baseline.SYSCTLS | {"net.ipv4.ip_local_reserved_ports"}
_SYSCTLS_1_29 = _SYSCTLS_1_27 | {
    "net.ipv4.tcp_fin_timeout",
    "net.ipv4.tcp_keepalive_intvl",
    "net.ipv4.tcp_keepalive_probes",
    "net.ipv4.tcp_keepalive_time",
}
_SYSCTLS_1_32 = _SYSCTLS_1_29 | {"net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem"}
_SYSCTLS_1_37 = _SYSCTLS_1_32 | {"net.ipv4.tcp_notsent_lowat", "net.ipv4.tcp_slow_start_after_idle"}

_apparmor = both(pod_and_containers(baseline.apparmor_field), annotated.apparmor)
_escalation = each_container(restricted.allow_privilege_escalation)
_capabilities = both(
    each_container(restricted.drop_all), each_container(baseline.capabilities(restricted.CAPABILITIES))
)
_proc_mount = each_container(baseline.proc_mount)
_selinux_1_31 = baseline.selinux_options(baseline.SELINUX_TYPES | {"container_engine_t"})
_user = pod_and_containers(restricted.run_as_user)

BASELINE: Final = (
    Check("appArmorProfile", Level.BASELINE, "forbidden AppArmor profile(s)", ((0, _apparmor),)),
    Check(
        "capabilities_baseline",
        Level.BASELINE,
        "non-default capabilities",
        ((0, each_container(baseline.capabilities())),),
    ),
    Check("hostNamespaces", Level.BASELINE, "host namespaces", ((0, baseline.host_namespaces),)),
    Check("hostPathVolumes", Level.BASELINE, "hostPath volumes", ((0, baseline.host_path_volumes),)),
    Check("hostPorts", Level.BASELINE, "hostPort", ((0, baseline.host_ports),)),
    Check(
        "hostProbesAndHostLifecycle",
        Level.BASELINE,
        "probe or lifecycle host",
        ((34, each_container(baseline.host_probes)),),
    ),
    Check("privileged", Level.BASELINE, "privileged", ((0, each_container(baseline.privileged)),)),
    Check("procMount", Level.BASELINE, "procMount", ((0, _proc_mount), (35, unless_user_namespace(_proc_mount)))),
    Check(
        "seLinuxOptions",
        Level.BASELINE,
        "seLinuxOptions",
        ((0, pod_and_containers(baseline.selinux_options())), (31, pod_and_containers(_selinux_1_31))),
    ),
    Check(
        "seccompProfile_baseline",
        Level.BASELINE,
        "seccompProfile",
        ((0, annotated.seccomp), (19, pod_and_containers(baseline.seccomp_field))),
    ),
    Check(
        "sysctls",
        Level.BASELINE,
        "forbidden sysctls",
        (
            (0, baseline.sysctls()),
            (27, baseline.sysctls(_SYSCTLS_1_27)),
            (29, baseline.sysctls(_SYSCTLS_1_29)),
            (32, baseline.sysctls(_SYSCTLS_1_32)),
            (37, baseline.sysctls(_SYSCTLS_1_37)),
        ),
    ),
    Check("windowsHostProcess", Level.BASELINE, "hostProcess", ((0, pod_and_containers(baseline.host_process)),)),
)
"""The checks of level baseline, in upstream's order."""

RESTRICTED: Final = (
    Check(
        "allowPrivilegeEscalation",
        Level.RESTRICTED,
        "allowPrivilegeEscalation != false",
        ((8, _escalation), (25, unless_windows(_escalation))),
    ),
    Check(
        "capabilities_restricted",
        Level.RESTRICTED,
        "unrestricted capabilities",
        ((22, _capabilities), (25, unless_windows(_capabilities))),
        replaces="capabilities_baseline",
    ),
    Check("procMount_restricted", Level.RESTRICTED, "procMount", ((35, _proc_mount),), replaces="procMount"),
    Check(
        "restrictedVolumes",
        Level.RESTRICTED,
        "restricted volume types",
        ((0, restricted.restricted_volumes),),
        replaces="hostPathVolumes",
    ),
    Check(
        "runAsNonRoot",
        Level.RESTRICTED,
        "runAsNonRoot != true",
        ((0, restricted.run_as_non_root), (35, unless_user_namespace(restricted.run_as_non_root))),
    ),
    Check("runAsUser", Level.RESTRICTED, "runAsUser=0", ((23, _user), (35, unless_user_namespace(_user)))),
    Check(
        "seccompProfile_restricted",
        Level.RESTRICTED,
        "seccompProfile",
        ((19, restricted.seccomp_profile), (25, unless_windows(restricted.seccomp_profile))),
        replaces="seccompProfile_baseline",
    ),
)
"""What level restricted asks for besides, in upstream's order."""

CHECKS: Final = (*BASELINE, *RESTRICTED)


@functools.cache
def checks_for(level: Level, version: KubeVersion = NEWEST) -> tuple[Check, ...]:
    """The checks of a level under a policy version, in upstream's order; one newer than known is the newest known."""
    if level is Level.PRIVILEGED:
        return ()
    rows = CHECKS if level is Level.RESTRICTED else BASELINE
    active = [check for check in rows if check.inspection(version) is not None]
    replaced = {check.replaces for check in active}
    return tuple(check for check in active if check.id not in replaced)


@functools.cache
def _inspections(level: Level, version: KubeVersion) -> tuple[tuple[Check, Inspect], ...]:
    checks = ((check, check.inspection(version)) for check in checks_for(level, version))
    return tuple((check, inspect) for check, inspect in checks if inspect is not None)


def evaluate(pod: PodTemplate, level: Level, version: KubeVersion = NEWEST) -> tuple[Result, ...]:
    """What refuses the pod, or cannot be decided, at a level; empty when the level surely allows it."""
    parts = dissect(pod)
    found = (_result(check, tuple(inspect(parts))) for check, inspect in _inspections(level, version))
    return tuple(result for result in found if result is not None)


def _result(check: Check, found: tuple[Violation, ...]) -> Result | None:
    refused = tuple(violation for violation in found if violation.verdict is Verdict.FAIL)
    if refused:
        return Result(check, Verdict.FAIL, refused)
    return Result(check, Verdict.UNKNOWN, found) if found else None


def verdict_of(results: tuple[Result, ...]) -> Verdict:
    """What the results of a pod come to: fail outweighs unknown outweighs pass."""
    verdicts = {result.verdict for result in results}
    if Verdict.FAIL in verdicts:
        return Verdict.FAIL
    return Verdict.UNKNOWN if verdicts else Verdict.PASS


def violations(check_id: str, pod: PodTemplate, version: KubeVersion = NEWEST) -> Iterator[Violation]:
    """What one check refuses in a pod, or cannot decide; nothing before the check's first version.

    Raises:
        KeyError: there is no check of this id.
    """
    inspect = _BY_ID[check_id].inspection(version)
    if inspect is not None:
        yield from inspect(dissect(pod))


_BY_ID: Final = {check.id: check for check in CHECKS}
