"""The Pod Security Standards once more: slow, without sharing, for concrete pods only.

Written from the published text of the standards and their history, as one long list of sentences, so that it has
nothing in common with the code it is compared to. A check's id is in the answer when the check refuses the pod.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Tree = dict[str, Any]

BASELINE_CAPABILITIES = [
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
GOOD_VOLUMES = [
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
]
BAD_VOLUMES = [
    "hostPath",
    "gcePersistentDisk",
    "awsElasticBlockStore",
    "gitRepo",
    "nfs",
    "iscsi",
    "glusterfs",
    "rbd",
    "flexVolume",
    "cinder",
    "cephfs",
    "flocker",
    "fc",
    "azureFile",
    "azureDisk",
    "vsphereVolume",
    "quobyte",
    "portworxVolume",
    "photonPersistentDisk",
    "scaleIO",
    "storageos",
]
SYSCTLS_BY_VERSION = {
    0: "kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies net.ipv4.ping_group_range "
    "net.ipv4.ip_unprivileged_port_start",
    27: "net.ipv4.ip_local_reserved_ports",
    29: "net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout net.ipv4.tcp_keepalive_intvl "
    "net.ipv4.tcp_keepalive_probes",
    32: "net.ipv4.tcp_rmem net.ipv4.tcp_wmem",
    37: "net.ipv4.tcp_slow_start_after_idle net.ipv4.tcp_notsent_lowat",
}


def refusing(level: str, minor: int, spec: Tree, annotations: dict[str, str]) -> set[str]:
    """The ids of the checks of a level and version that refuse a pod."""
    if level == "baseline":
        return set(_baseline(minor, spec, annotations))
    replaced = {"hostPathVolumes"}
    if minor >= 19:
        replaced.add("seccompProfile_baseline")
    if minor >= 22:
        replaced.add("capabilities_baseline")
    if minor >= 35:
        replaced.add("procMount")
    return (set(_baseline(minor, spec, annotations)) - replaced) | set(_restricted(minor, spec))


def _containers(spec: Tree) -> list[Tree]:
    return [
        *(spec.get("initContainers") or []),
        *(spec.get("containers") or []),
        *(spec.get("ephemeralContainers") or []),
    ]


def _contexts(spec: Tree) -> list[Tree]:
    return [c.get("securityContext") or {} for c in _containers(spec)]


def _all_contexts(spec: Tree) -> list[Tree]:
    return [spec.get("securityContext") or {}, *_contexts(spec)]


def _types(contexts: list[Tree], key: str) -> list[str]:
    """The types of all profiles that exist; an empty profile has the empty type."""
    return [context[key].get("type") or "" for context in contexts if context.get(key) is not None]


def _baseline(minor: int, spec: Tree, annotations: dict[str, str]) -> Iterator[str]:  # noqa: C901  # one long list is the point
    pod = spec.get("securityContext") or {}
    user_namespace = minor >= 35 and spec.get("hostUsers") is False
    if spec.get("hostNetwork") or spec.get("hostPID") or spec.get("hostIPC"):
        yield "hostNamespaces"
    if any(context.get("privileged") for context in _contexts(spec)):
        yield "privileged"
    for context in _contexts(spec):
        for capability in (context.get("capabilities") or {}).get("add") or []:
            if capability not in BASELINE_CAPABILITIES:
                yield "capabilities_baseline"
    for volume in spec.get("volumes") or []:
        if volume.get("hostPath") is not None:
            yield "hostPathVolumes"
    if any(_ports(spec)):
        yield "hostPorts"
    if minor >= 34 and any(_hosts(spec)):
        yield "hostProbesAndHostLifecycle"
    if set(_types(_all_contexts(spec), "appArmorProfile")) - {"RuntimeDefault", "Localhost"}:
        yield "appArmorProfile"
    for key, value in annotations.items():
        if key.startswith("container.apparmor.security.beta.kubernetes.io/") and not (
            value in {"", "runtime/default"} or value.startswith("localhost/")
        ):
            yield "appArmorProfile"
    for context in _all_contexts(spec):
        options = context.get("seLinuxOptions") or {}
        types = ["", "container_t", "container_init_t", "container_kvm_t"] + ["container_engine_t"] * (minor >= 31)
        if (options.get("type") or "") not in types or options.get("user") or options.get("role"):
            yield "seLinuxOptions"
    if not user_namespace and any(_unmasked(spec)):
        yield "procMount"
    if minor >= 19:
        if set(_types(_all_contexts(spec), "seccompProfile")) - {"RuntimeDefault", "Localhost"}:
            yield "seccompProfile_baseline"
    else:
        keys = ["seccomp.security.alpha.kubernetes.io/pod"]
        keys += [f"container.seccomp.security.alpha.kubernetes.io/{c.get('name') or ''}" for c in _containers(spec)]
        for key in keys:
            value = annotations.get(key, "runtime/default")
            if value not in {"runtime/default", "docker/default"} and not value.startswith("localhost/"):
                yield "seccompProfile_baseline"
    sysctls = [name for since, names in SYSCTLS_BY_VERSION.items() if since <= minor for name in names.split()]
    if any((sysctl.get("name") or "") not in sysctls for sysctl in pod.get("sysctls") or []):
        yield "sysctls"
    if any((context.get("windowsOptions") or {}).get("hostProcess") for context in _all_contexts(spec)):
        yield "windowsHostProcess"


def _ports(spec: Tree) -> Iterator[int]:
    for key in ("initContainers", "containers", "ephemeralContainers"):
        for container in spec.get(key) or []:
            for port in container.get("ports") or []:
                yield port.get("hostPort") or 0
                if spec.get("hostNetwork") and key != "ephemeralContainers":
                    yield port.get("containerPort") or 0


def _hosts(spec: Tree) -> Iterator[str]:
    for container in _containers(spec):
        hooks = container.get("lifecycle") or {}
        for handler in (
            container.get("livenessProbe"),
            container.get("readinessProbe"),
            container.get("startupProbe"),
            hooks.get("postStart"),
            hooks.get("preStop"),
        ):
            yield ((handler or {}).get("httpGet") or {}).get("host") or ""
            yield ((handler or {}).get("tcpSocket") or {}).get("host") or ""


def _unmasked(spec: Tree) -> Iterator[bool]:
    for context in _contexts(spec):
        yield context.get("procMount") is not None and context["procMount"] != "Default"


def _restricted(minor: int, spec: Tree) -> Iterator[str]:  # noqa: C901  # one long list is the point
    pod = spec.get("securityContext") or {}
    windows = minor >= 25 and (spec.get("os") or {}).get("name") == "windows"
    user_namespace = minor >= 35 and spec.get("hostUsers") is False
    if minor >= 8 and not windows and any(c.get("allowPrivilegeEscalation") is not False for c in _contexts(spec)):
        yield "allowPrivilegeEscalation"
    if minor >= 22 and not windows:
        for context in _contexts(spec):
            capabilities = context.get("capabilities") or {}
            if "ALL" not in (capabilities.get("drop") or []):
                yield "capabilities_restricted"
            if set(capabilities.get("add") or []) - {"NET_BIND_SERVICE"}:
                yield "capabilities_restricted"
    for volume in spec.get("volumes") or []:
        good = any(volume.get(key) is not None for key in GOOD_VOLUMES)
        bad = any(volume.get(key) is not None for key in BAD_VOLUMES)
        if bad and not good:
            yield "restrictedVolumes"
    if not user_namespace:
        own = pod.get("runAsNonRoot")
        each = [context.get("runAsNonRoot") for context in _contexts(spec)]
        if own is False or False in each or (own is None and None in each):
            yield "runAsNonRoot"
        if minor >= 23 and any(context.get("runAsUser") == 0 for context in _all_contexts(spec)):
            yield "runAsUser"
    if minor >= 19 and not windows:
        unset = pod.get("seccompProfile") is None and any(c.get("seccompProfile") is None for c in _contexts(spec))
        if unset or set(_types(_all_contexts(spec), "seccompProfile")) - {"RuntimeDefault", "Localhost"}:
            yield "seccompProfile_restricted"
    if minor >= 35 and any(_unmasked(spec)):
        yield "procMount_restricted"
