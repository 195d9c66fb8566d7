"""What several rules about pods read: effective settings, host paths, resources, kinds of workload, selectors."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model import Container, PodTemplate, View
from seawall.model.access.accounts import account_name
from seawall.model.node_paths import node_path
from seawall.model.workloads import undecided_containers
from seawall.rules.spec import Evidence, unsure

_SCALED: Final = frozenset(["Deployment", "StatefulSet"])
_FINITE: Final = frozenset(["Job", "CronJob"])
USER_NAMESPACES_SINCE: Final = 35
"""The minor version from which Pod Security relies on `hostUsers: false` (KEP-127; the feature is on since 1.33)."""


def capability(text: str) -> str:
    """A capability's name as CRI-O reads it: in upper case and without `CAP_`; containerd knows it without only."""
    return text.upper().removeprefix("CAP_")


def unless_windows(pod: PodTemplate, said: Iterator[Evidence]) -> Iterator[Evidence]:
    """What a rule says of a pod whose fields mean nothing on Windows: unknown while its system is filled in later.

    Not for rules that mirror Pod Security: admission goes by `os.name` alone.
    """
    windows = _on_windows(pod)
    if windows is True:
        return
    for evidence in said:
        yield unsure(windows) if isinstance(windows, Unknown) else evidence


_OS_LABELS: Final = ("kubernetes.io/os", "beta.kubernetes.io/os")


def _on_windows(pod: PodTemplate) -> bool | Unknown:
    """Whether the pod runs on Windows: it says so, or is put on such nodes only."""
    if isinstance(dig(pod.spec, "os", "name"), str) or pod.spec.keys().isdisjoint(("nodeSelector", "affinity")):
        return pod.windows
    terms = dig(pod.spec, *_REQUIRED)
    told = [pod.windows, *(_is_windows(dig(pod.spec, "nodeSelector", label)) for label in _OS_LABELS)]
    told += [terms] if isinstance(terms, Unknown) else [_all(_term_on_windows(term) for _, term in items(terms))]
    if any(each is True for each in told if not isinstance(each, Unknown)):
        return True
    return next((each for each in told if isinstance(each, Unknown)), False)


_REQUIRED: Final = ("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


def _term_on_windows(term: object) -> bool | Unknown:
    """Whether a term of a node affinity only fits nodes with Windows."""
    for _, need in items(dig(term, "matchExpressions")):
        key, operator = dig(need, "key"), dig(need, "operator")
        if isinstance(key, str) and key in _OS_LABELS and isinstance(operator, str) and operator == "In":
            return _all(_is_windows(value) for _, value in items(dig(need, "values")))
    return term if isinstance(term, Unknown) else False


def _is_windows(value: object) -> bool | Unknown:
    return value if isinstance(value, Unknown) else value == "windows"


def _all(answers: Iterable[bool | Unknown]) -> bool | Unknown:
    """Kleene's "and" of one or more; of none it is false."""
    known = list(answers)
    if not known or any(answer is False for answer in known):
        return False
    return next((answer for answer in known if isinstance(answer, Unknown)), True)


def is_privileged(container: Container | None) -> bool:
    """Whether a container surely is privileged, so that the runtime gives it every right whatever else it says."""
    return container is not None and dig(container.security, "privileged") is True


def listed(container: Container, which: str) -> object:
    """The list `securityContext.capabilities.add` or `.drop`; None when absent, or an `Unknown`."""
    return dig(container.security, "capabilities", which)


PROBE_ACTIONS: Final = ("exec", "grpc", "httpGet", "tcpSocket")


def asks_something(probe: object) -> bool:
    """Whether a probe says what to do; the API server refuses one that does not."""
    return isinstance(probe, dict) and any(probe.get(action) is not None for action in PROBE_ACTIONS)


class HostPath(msgspec.Struct, frozen=True, eq=False):
    """A `hostPath` volume of a pod."""

    place: Path
    """Where its path stands below the PodSpec; where the volume or the list of them is undecided, where that stands."""
    volume: object
    """Its name, or an `Unknown`."""
    path: str | Unknown
    """The path on the node, normalised."""
    written: str
    """The path as the manifest writes it."""


def host_paths(pod: PodTemplate) -> Iterator[HostPath]:
    """The `hostPath` volumes of a pod, mounted or not, and what may become one."""
    volumes = pod.spec.get("volumes")
    if isinstance(volumes, Unknown):
        yield HostPath(("volumes",), volumes, volumes, volumes.text)
    for index, volume in items(volumes):
        if isinstance(volume, Unknown):
            yield HostPath(("volumes", index), volume, volume, volume.text)
        if not isinstance(volume, dict):
            continue
        source = volume.get("hostPath")
        path = source if isinstance(source, Unknown) else dig(source, "path")
        place = ("volumes", index, "hostPath", "path")
        if isinstance(path, str):
            yield HostPath(place, volume.get("name"), node_path(path), path)
        elif isinstance(path, Unknown):
            yield HostPath(place, volume.get("name"), path, path.text)


@functools.lru_cache(maxsize=8)
def written_volumes(pod: PodTemplate) -> frozenset[str]:
    """The names of the volumes that some container surely mounts without `readOnly: true`.

    A pod is asked about once for each of its volumes: the last few answers are kept.
    """
    mounts = (mount for container in pod.containers for _, mount in items(container.spec.get("volumeMounts")))
    written = (dig(mount, "name") for mount in mounts if is_writable(mount))
    return frozenset(name for name in written if isinstance(name, str))


@functools.lru_cache(maxsize=8)
def undecided_mounts(pod: PodTemplate) -> Mapping[str | None, Unknown]:
    """What keeps from being known whether a volume, by its name, may be written to; under None for all volumes."""
    found: dict[str | None, Unknown] = {}
    hidden = undecided_containers(pod)
    if hidden is not None:
        found[None] = hidden[1]
    for container in pod.containers:
        mounts = container.spec.get("volumeMounts")
        for mount in [mounts] if isinstance(mounts, Unknown) else [mount for _, mount in items(mounts)]:
            name, read_only = dig(mount, "name"), dig(mount, "readOnly")
            if isinstance(name, Unknown):
                found[None] = name
            elif isinstance(name, str) and isinstance(read_only, Unknown):
                found[name] = read_only
    return found


def is_writable(mount: object) -> bool:
    """Whether a mount surely is not read-only."""
    read_only = dig(mount, "readOnly")
    return not isinstance(read_only, Unknown) and read_only in (None, False)


def is_controlled_by(pod: PodTemplate, *kinds: str) -> bool:
    """Whether the pod template belongs to a built-in controller of one of the kinds."""
    return pod.resource.kind in kinds and pod.resource.group in ("apps", "batch", "extensions", "")


def runs_to_completion(pod: PodTemplate) -> bool:
    """Whether the pod is meant to end: of a Job or CronJob, or with a restart policy that lets it."""
    policy = pod.spec.get("restartPolicy")
    return is_controlled_by(pod, *_FINITE) or (isinstance(policy, str) and policy in ("Never", "OnFailure"))


def replicas_of(resource: Resource) -> int | Unknown | None:
    """The replicas that a Deployment, StatefulSet, ... asks for (1 when absent); None for other kinds."""
    if resource.kind not in _SCALED:
        return None
    count = dig(resource.tree, "spec", "replicas")
    if isinstance(count, Unknown):
        return count
    return int(count) if isinstance(count, (int, float)) else 1


POD_RESOURCES_SINCE: Final = 34
"""The minor version from which pods take `spec.resources` by default (KEP-2837); before, it is dropped."""


def resource_value(container: Container, part: str, name: str, view: View) -> object:
    """What a container gets as `resources.<part>.<name>` (`limits` or `requests`), from wherever it comes.

    From itself, else from the pod (`spec.resources`), else from a LimitRange of its namespace; a missing request is
    the limit. None when nothing sets it, an `Unknown` when that is not decided.
    """
    parts = (part,) if part == "limits" else ("requests", "limits")
    trees = (
        (container.spec, container.pod.spec) if view.kube_version.minor >= POD_RESOURCES_SINCE else (container.spec,)
    )
    for tree in trees:
        for each in parts:
            value = dig(tree, "resources", each, name)
            if value is not None:
                return value
    return _from_limit_range(container, part, name, view)


_ZERO: Final = re.compile(r"\s*[+-]?0*\.?0*(?:[eE][+-]?\d+|[A-Za-z]+)?\s*\Z")


def is_zero(quantity: object) -> bool:
    """Whether a quantity is 0 in whatever form, which to the kubelet and the scheduler is none: `0`, `"0Mi"`."""
    return _ZERO.match(str(quantity)) is not None


def _from_limit_range(container: Container, part: str, name: str, view: View) -> object:
    """A LimitRange's default, looked for once in each namespace, since many may say nothing of containers."""
    known, asked = view.once(_defaults), (container.resource.namespace, part, name)
    if asked not in known:
        known[asked] = _default(view.within("LimitRange", container.resource.namespace), part, name)
    return known[asked]


def _defaults(_: View) -> dict[tuple[str | None, str, str], object]:
    return {}


def _default(ranges: Iterable[Resource], part: str, name: str) -> object:
    """The first default; the API server fills `default` from `max`, `defaultRequest` from `default` and `min`."""
    keys = ("default", "max") if part == "limits" else ("defaultRequest", "default", "max", "min")
    for limits in ranges:
        for _, row in items(dig(limits.tree, "spec", "limits")):
            kind = dig(row, "type")
            if not isinstance(kind, str) or kind != "Container":
                continue
            for key in keys:
                value = dig(row, key, name)
                if value is not None:
                    return value
    return None


def user_namespace(pod: PodTemplate, view: View) -> bool | Unknown:
    """Whether root in the pod is nobody on the node."""
    if view.kube_version.minor < USER_NAMESPACES_SINCE:
        return False
    value = pod.spec.get("hostUsers")
    return value if isinstance(value, Unknown) else value is False


def located(container: Container, *keys: str) -> tuple[object, Path]:
    """A security setting as the kubelet applies it, and where it stands below the PodSpec.

    Where neither the container nor the pod sets it: None, and its place in the container.
    """
    pod = container.pod
    own = dig(container.security, *keys)
    if own is None:
        value = dig(pod.security, *keys)
        if value is not None:
            return value, ("securityContext", *keys)
    return own, (*container.path[len(pod.path) :], "securityContext", *keys)


def service_account_of(pod: PodTemplate) -> str | Unknown:
    """The name of the pod's service account; `serviceAccount` is the old name of the field."""
    return account_name(pod.spec)
