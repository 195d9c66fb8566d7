"""Which Secrets pods read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seawall.core import Path, dig, items
from seawall.model.changes.change import Aspect, Change, Key, workload
from seawall.model.changes.pods import pods_by_key, text_of
from seawall.model.estate import Estate
from seawall.model.subjects import PodTemplate


def changed_data(old: Estate, new: Estate) -> Iterator[Change]:
    """Secrets that a pod did not read before, and those that it reads no more.

    What came together with its Secret is no widening; a new pod that reads a Secret that was there is one.
    """
    before, after = pods_by_key(old), pods_by_key(new)
    there = {(each.namespace or "default", each.name) for each in old.of("Secret") if not each.group}
    there.update((key[2], name) for key, pod in before.items() for name in secrets_of(pod))
    for key, pod in after.items():
        was = before.get(key)
        known = secrets_of(was) if was is not None else {}
        for name, path in secrets_of(pod).items():
            if name not in known and (was is not None or (key[2], name) in there):
                is_new = "" if was is not None else "is new and "
                text = f"{is_new}reads Secret {key[2]}/{name}"
                yield Change(Aspect.DATA, True, workload(pod.resource), text, pod.resource, path)
    yield from _gone(before, after)


def _gone(before: Mapping[Key, PodTemplate], after: Mapping[Key, PodTemplate]) -> Iterator[Change]:
    for key, pod in before.items():
        now = after.get(key)
        for name, path in secrets_of(pod).items() if now is not None else ():
            if now is not None and name not in secrets_of(now):
                text = f"no longer: reads Secret {key[2]}/{name}"
                yield Change(Aspect.DATA, False, workload(pod.resource), text, pod.resource, path)


def secrets_of(pod: PodTemplate) -> dict[str, Path]:
    """The names of the Secrets whose values its containers get, each with the first place that says so."""
    found: dict[str, Path] = {}
    for path, name in _references(pod):
        if name is not None:
            found.setdefault(text_of(name), path)
    return found


def _references(pod: PodTemplate) -> Iterator[tuple[Path, object]]:
    for container in pod.containers:
        for index, entry in items(container.spec.get("envFrom")):
            yield (*container.path, "envFrom", index), dig(entry, "secretRef", "name")
        for index, entry in items(container.spec.get("env")):
            yield (*container.path, "env", index), dig(entry, "valueFrom", "secretKeyRef", "name")
    for index, volume in items(pod.spec.get("volumes")):
        path = (*pod.path, "volumes", index)
        yield path, dig(volume, "secret", "secretName")
        for _, source in items(dig(volume, "projected", "sources")):
            yield path, dig(source, "secret", "name")
