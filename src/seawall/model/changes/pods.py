"""What pods may do to their nodes more or less than before, and the level that they meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seawall.core import LeftOut, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.changes.change import Aspect, Change, Key, numbered, workload
from seawall.model.estate import Estate
from seawall.model.podsecurity import Level, Standing, strictest_level
from seawall.model.podsecurity.labels import ENFORCE, level_of
from seawall.model.subjects import PodTemplate


def changed_pods(old: Estate, new: Estate) -> Iterator[Change]:
    """Levels of the Pod Security Standards, and access to the node."""
    before, after = pods_by_key(old), pods_by_key(new)
    yield from _levels(old, new, before, after)
    yield from _enforced(old, new)
    yield from _host(before, after, wider=True)
    yield from _host(after, before, wider=False)


def pods_by_key(estate: Estate) -> dict[Key, PodTemplate]:
    """The pods that people write: what a controller made of them is left to its owner."""
    return numbered(
        ((resource.group, resource.kind, resource.namespace or "default", resource.name, repr(pod.where)), pod)
        for resource, pods in estate.pods
        if not _is_made(resource)
        for pod in pods
    )


def _is_made(resource: Resource) -> bool:
    owners = resource.metadata.get("ownerReferences")
    return any(dig(owner, "controller") is True for _, owner in items(owners))


def _levels(
    old: Estate, new: Estate, before: Mapping[Key, PodTemplate], after: Mapping[Key, PodTemplate]
) -> Iterator[Change]:
    """What was there and meets another level, and what is new and meets less than all that stood beside it."""
    floors: dict[str, Level] = {}
    standings = {key: strictest_level([pod], old.kube_version) for key, pod in before.items()}
    for key, standing in standings.items():
        floors[key[2]] = min(floors.get(key[2], Level.RESTRICTED), standing.level)
    for key, pod in after.items():
        standing, was = strictest_level([pod], new.kube_version), standings.get(key)
        floor = floors.get(key[2], Level.RESTRICTED) if was is None else was.level
        if standing.level < floor:
            beside = "" if was is not None else "is new and "
            yield _level(pod, standing, f"{beside}meets {standing.level.label} only, {floor.label} before", wider=True)
        elif was is not None and standing.level > was.level:
            text = f"meets {standing.level.label} now, {was.level.label} before"
            place = before[key]
            yield Change(Aspect.POD_SECURITY, False, workload(pod.resource), text, place.resource, place.path)


def _level(pod: PodTemplate, standing: Standing, text: str, *, wider: bool) -> Change:
    checks = sorted({result.check.id for obstacle in standing.obstacles for result in obstacle.results})
    why = f" ({', '.join(checks)})" if checks else ""
    return Change(Aspect.POD_SECURITY, wider, workload(pod.resource), text + why, pod.resource, pod.path)


def _enforced(old: Estate, new: Estate) -> Iterator[Change]:
    """Namespaces that were there and enforce another level, or none where their object went and its pods stay."""
    inhabited = {key[2] for key in pods_by_key(new)}
    spaces = namespaces_by_key(new)
    for key, was in namespaces_by_key(old).items():
        space = spaces.get(key)
        if space is None and (was.name not in inhabited or (was.name, "0") in spaces):
            continue
        before, after = (each.labels.get(ENFORCE) if each is not None else None for each in (was, space))
        levels = level_of(before), level_of(after)
        if text_of(before) == text_of(after) or levels[0] == levels[1] is not None:
            continue
        level = "no level that is said" if space is None else text_of(after or "no level")
        text = f"enforces {level}, {text_of(before or 'no level')} before"
        # What is filled in later may be anything.
        least, most = levels[1] or Level.PRIVILEGED, Level.RESTRICTED if levels[0] is None else levels[0]
        wider = least < most
        place = space if wider and space is not None else was
        yield Change(Aspect.POD_SECURITY, wider, f"namespace {was.name}", text, place, ("metadata", "labels", ENFORCE))


def namespaces_by_key(estate: Estate) -> dict[Key, Resource]:
    """The Namespaces of an estate, to compare them with those of another."""
    return numbered(((each.name,), each) for each in estate.of("Namespace") if not each.group)


def _host(before: Mapping[Key, PodTemplate], after: Mapping[Key, PodTemplate], *, wider: bool) -> Iterator[Change]:
    for key, pod in after.items():
        was = before.get(key)
        old = host_access(was) if was is not None else {}
        for what, path in host_access(pod).items():
            if what not in old:
                text = what if wider else f"no longer: {what}"
                yield Change(Aspect.HOST_ACCESS, wider, workload(pod.resource), text, pod.resource, path)


def host_access(pod: PodTemplate) -> dict[str, tuple[str | int, ...]]:
    """What a pod uses of its node, each with its place: namespaces, paths, ports, privileges."""
    found: dict[str, tuple[str | int, ...]] = {}
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        value = pod.spec.get(field)
        if _may_hold(value):
            found[f"uses {field}" + _later(value)] = (*pod.path, field)
    for index, volume in items(pod.spec.get("volumes")):
        path = dig(volume, "hostPath", "path")
        if path is not None:
            found[f"mounts {text_of(path)} of its node"] = (*pod.path, "volumes", index, "hostPath", "path")
    for container in pod.containers:
        where = container.label
        privileged = container.security.get("privileged") if isinstance(container.security, dict) else None
        if _may_hold(privileged):
            found[f"{where} is privileged" + _later(privileged)] = (*container.path, "securityContext", "privileged")
        for index, added in items(dig(container.spec, "securityContext", "capabilities", "add")):
            place = (*container.path, "securityContext", "capabilities", "add", index)
            found[f"{where} adds the capability {text_of(added)}"] = place
        for index, port in items(container.spec.get("ports")):
            number = dig(port, "hostPort")
            if isinstance(number, Unknown) or number:
                place = (*container.path, "ports", index, "hostPort")
                found[f"{where} binds port {text_of(number)} of its node"] = place
    return found


def _may_hold(value: object) -> bool:
    """Whether a flag is set, or filled in later; what an operator decides is the same on both sides."""
    return value is True or (isinstance(value, Unknown) and not isinstance(value, LeftOut))


def _later(value: object) -> str:
    return f" if {value.text}" if isinstance(value, Unknown) else ""


def text_of(value: object) -> str:
    """A value, or the text of what is filled in later."""
    return value.text if isinstance(value, Unknown) else str(value)
