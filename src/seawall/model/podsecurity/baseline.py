"""The checks of the baseline level: known privilege escalations.

Source: Pod Security Standards, baseline; behaviour of k8s.io/pod-security-admission, v1.37.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Unknown
from seawall.model.podsecurity.inspections import Ask, Inspect
from seawall.model.podsecurity.parts import Part, Parts, Violation, volumes
from seawall.model.podsecurity.values import look, outside, quoted
from seawall.model.subjects import ContainerClass

_CAPABILITIES: Final = frozenset(
    [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
    ]
)
_HANDLERS: Final = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)
SELINUX_TYPES: Final = frozenset(["", "container_t", "container_init_t", "container_kvm_t"])
SYSCTLS: Final = frozenset(
    [
        "kernel.shm_rmid_forced",
        "net.ipv4.ip_local_port_range",
        "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ping_group_range",
        "net.ipv4.tcp_syncookies",
    ]
)
PROFILES: Final = frozenset(["RuntimeDefault", "Localhost"])


def host_namespaces(pod: Parts) -> Iterator[Violation]:
    """A pod shares no namespace of its node: network, processes, IPC."""
    whole = pod.whole
    for key in ("hostNetwork", "hostPID", "hostIPC"):
        yield from whole.never_true(key)


def privileged(part: Part) -> Iterator[Violation]:
    """No container is privileged."""
    yield from part.never_true("securityContext", "privileged")


def capabilities(allowed: frozenset[str] = _CAPABILITIES) -> Ask:
    """A container adds no capability but these; compared exactly, without a prefix `CAP_`."""

    def ask(part: Part) -> Iterator[Violation]:
        for path, added in part.listed("securityContext", "capabilities", "add"):
            demand = "must not include {} in securityContext.capabilities.add"
            yield from part.only(allowed, *path, value="" if added is None else added, demand=demand)

    return ask


def host_path_volumes(pod: Parts) -> Iterator[Violation]:
    """No volume is a path of the node, mounted or not, read-only or not."""
    for volume in volumes(pod):
        if isinstance(volume, Violation):
            yield volume
            continue
        source = volume.look("hostPath")
        if isinstance(source, Unknown):
            yield volume.unsure(source, "hostPath")
        elif source is not None:
            yield volume.fail("must not be a hostPath", "hostPath", value=source)


def host_ports(pod: Parts) -> Iterator[Violation]:
    """No container binds a port of its node.

    In a pod on its node's network, the API server sets `hostPort` to `containerPort` before admission looks.
    """
    for part in pod.containers:
        for path, port in part.listed("ports"):
            if isinstance(port, Unknown):
                yield part.unsure(port, *path)
                continue
            number = look(port, "hostPort")
            demand = "must not set hostPort {}"
            yield from part.only((0,), *path, "hostPort", value=number, demand=demand)
    yield from pod.unreadable
    yield from _defaulted_ports(pod)


def _defaulted_ports(pod: Parts) -> Iterator[Violation]:
    network = pod.whole.look("hostNetwork")
    on_host = outside(network, (False,))
    if on_host is False:
        return
    for part in pod.containers:
        if part.container is not None and part.container.kind is ContainerClass.EPHEMERAL:
            continue
        for path, port in part.listed("ports"):
            number = look(port, "containerPort")
            declared = outside(number, (0,))
            written = outside(look(port, "hostPort"), (0,))
            if declared is False or written is True:
                continue
            if isinstance(written, Unknown) and not (on_host is True and declared is True):
                continue
            if isinstance(on_host, Unknown):
                yield pod.whole.unsure(on_host, "hostNetwork")
                return
            if isinstance(declared, Unknown):
                yield part.unsure(declared, *path, "containerPort")
            else:
                demand = "must not get hostPort {}, which hostNetwork=true sets"
                yield part.fail(demand, *path, "hostPort", value=None, shown=quoted(number))


def host_probes(part: Part) -> Iterator[Violation]:
    """No probe and no lifecycle hook names a host, from which the kubelet would be made to call it."""
    for handler in _HANDLERS:
        if part.look(*handler) is None:
            continue
        for action in ("httpGet", "tcpSocket"):
            keys = (*handler, action, "host")
            yield from part.only(("",), *keys, value=part.look(*keys))


def apparmor_field(part: Part) -> Iterator[Violation]:
    """No AppArmor profile is `Unconfined`; also at pod level when every container overrides it."""
    yield from profile(part, "appArmorProfile")


def profile(part: Part, key: str) -> Iterator[Violation]:
    """A profile, where one is set, has one of the allowed types; one without a type has not."""
    value = profile_type(part, key)
    if value is not None:
        yield from part.only(PROFILES, "securityContext", key, "type", value=value)


def profile_type(part: Part, key: str) -> object:
    """The type of a profile of `securityContext`; None when there is no profile, empty when it has no type."""
    found = part.look("securityContext", key)
    if found is None:
        return None
    kind = look(found, "type")
    return "" if kind is None else kind


def selinux_options(types: frozenset[str] = SELINUX_TYPES) -> Ask:
    """SELinux options name one of these types and neither user nor role; the level is free."""

    def ask(part: Part) -> Iterator[Violation]:
        if part.look("securityContext", "seLinuxOptions") is None:
            return
        for key, allowed in (("type", types), ("user", ("",)), ("role", ("",))):
            keys = ("securityContext", "seLinuxOptions", key)
            yield from part.only(allowed, *keys, value=part.look(*keys))

    return ask


def proc_mount(part: Part) -> Iterator[Violation]:
    """No container unmasks `/proc`."""
    keys = ("securityContext", "procMount")
    yield from part.only(("Default",), *keys, value=part.look(*keys))


def seccomp_field(part: Part) -> Iterator[Violation]:
    """No seccomp profile is `Unconfined`; leaving it out passes."""
    yield from profile(part, "seccompProfile")


def sysctls(allowed: frozenset[str] = SYSCTLS) -> Inspect:
    """A pod sets no kernel parameter but these; values are free."""

    def inspect(pod: Parts) -> Iterator[Violation]:
        whole = pod.whole
        for path, item in whole.listed("securityContext", "sysctls"):
            name = look(item, "name")
            named = path if isinstance(item, Unknown) else (*path, "name")
            demand = "must not set sysctl {}"
            yield from whole.only(allowed, *named, value="" if name is None else name, demand=demand)

    return inspect


def host_process(part: Part) -> Iterator[Violation]:
    """No container is a process of a Windows node."""
    yield from part.never_true("securityContext", "windowsOptions", "hostProcess")
