"""The checks of the restricted level: what a hardened pod must set.

Source: Pod Security Standards, restricted; behaviour of k8s.io/pod-security-admission, v1.37.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from seawall.core import Unknown
from seawall.model.podsecurity.baseline import profile, profile_type
from seawall.model.podsecurity.inspections import Ask, Inspect, pod_and_containers
from seawall.model.podsecurity.parts import Part, Parts, Violation, volumes
from seawall.model.podsecurity.values import outside

CAPABILITIES: Final = frozenset(["NET_BIND_SERVICE"])

_ALLOWED_SOURCES: Final = (
    "configMap",
    "csi",
    "downwardAPI",
    "emptyDir",
    "ephemeral",
    "image",
    "persistentVolumeClaim",
    "projected",
    "secret",
)
_FORBIDDEN_SOURCES: Final = (
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
    "vsphereVolume",
    "quobyte",
    "azureDisk",
    "photonPersistentDisk",
    "portworxVolume",
    "scaleIO",
    "storageos",
)


def allow_privilege_escalation(part: Part) -> Iterator[Violation]:
    """Every container says `allowPrivilegeEscalation: false`."""
    keys = ("securityContext", "allowPrivilegeEscalation")
    value = part.look(*keys)
    demand = "must set securityContext.allowPrivilegeEscalation=false"
    if value is None:
        yield part.fail(demand, *keys, value=None)
    yield from part.only((False,), *keys, value=value, demand=demand)


def drop_all(part: Part) -> Iterator[Violation]:
    """Every container drops `ALL` capabilities; written exactly so."""
    keys = ("securityContext", "capabilities", "drop")
    dropped = [item for _, item in part.listed(*keys)]
    answers = [outside(item, ("ALL",)) for item in dropped if item is not None]
    if any(answer is False for answer in answers):
        return
    doubts = [answer for answer in answers if isinstance(answer, Unknown)]
    if doubts:
        yield part.unsure(doubts[0], *keys)
    else:
        yield part.fail('must set securityContext.capabilities.drop=["ALL"]', *keys, value=dropped or None)


def restricted_volumes(pod: Parts) -> Iterator[Violation]:
    """Every volume has one of the allowed sources, which wins over another; one without a source is an `emptyDir`."""
    for volume in volumes(pod):
        yield from (volume,) if isinstance(volume, Violation) else _restricted_volume(volume)


def _restricted_volume(volume: Part) -> Iterator[Violation]:
    # Nearly every volume names one source and is done here.
    if isinstance(volume.tree, dict) and volume.tree.keys().isdisjoint(_FORBIDDEN_SOURCES):
        return
    allowed = _sources(volume, _ALLOWED_SOURCES)
    forbidden = _sources(volume, _FORBIDDEN_SOURCES)
    if not forbidden or any(not isinstance(source, Unknown) for _, source in allowed):
        return
    sure = [(key, source) for key, source in forbidden if not isinstance(source, Unknown)]
    for key, source in allowed or ([] if sure else forbidden):
        if isinstance(source, Unknown):
            yield volume.unsure(source, key)
            return
    key, source = sure[0]
    yield volume.fail("must not use the restricted volume type {}", key, value=source, shown=f'"{key}"')


def _sources(volume: Part, keys: tuple[str, ...]) -> list[tuple[str, object]]:
    return [(key, source) for key in keys if (source := volume.look(key)) is not None]


def inherited(value_of: Callable[[Part], object], judge: Ask, missing: str, *keys: str) -> Inspect:
    """An inspection of a setting that the pod sets for the containers that do not set it themselves.

    A bad value is refused wherever it stands, also where every container overrides it. `value_of` reads the setting of
    a part, `judge` refuses bad values, `missing` is the demand where neither pod nor container sets it.
    """
    explicit = pod_and_containers(judge)

    def inspect(pod: Parts) -> Iterator[Violation]:
        yield from explicit(pod)
        # A bad or undecided value of the pod is a violation of its own: what inherits it needs no other.
        if value_of(pod.whole) is None:
            for part in pod.containers:
                if value_of(part) is None:
                    yield part.fail(missing, *keys, value=None, noun="pod or container")

    return inspect


def _run_as_non_root_of(part: Part) -> object:
    return part.look("securityContext", "runAsNonRoot")


def _is_non_root(part: Part) -> Iterator[Violation]:
    keys = ("securityContext", "runAsNonRoot")
    yield from part.only((True,), *keys, value=part.look(*keys), demand="must not set securityContext.runAsNonRoot={}")


run_as_non_root: Final = inherited(
    _run_as_non_root_of,
    _is_non_root,
    "must set securityContext.runAsNonRoot=true",
    *("securityContext", "runAsNonRoot"),
)
"""Pod or container say `runAsNonRoot: true`, and none says false."""


def run_as_user(part: Part) -> Iterator[Violation]:
    """No user is 0, in the pod's or a container's setting."""
    keys = ("securityContext", "runAsUser")
    value = part.look(*keys)
    answer = outside(value, (0,))
    if isinstance(answer, Unknown):
        yield part.unsure(answer, *keys)
    elif value is not None and not answer:
        yield part.fail("must not set securityContext.runAsUser=0", *keys, value=value)


def _seccomp_of(part: Part) -> object:
    return profile_type(part, "seccompProfile")


def _is_seccomp(part: Part) -> Iterator[Violation]:
    yield from profile(part, "seccompProfile")


seccomp_profile: Final = inherited(
    _seccomp_of,
    _is_seccomp,
    'must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost"',
    *("securityContext", "seccompProfile", "type"),
)
"""Pod or container set a seccomp profile, and none sets `Unconfined`."""
