"""What the outside can reach more or less than before."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Unknown
from seawall.model.changes.change import Aspect, Change, workload
from seawall.model.estate import Estate
from seawall.model.exposure import Exposure, exposed
from seawall.model.permissions import Answer


def changed_exposure(old: Estate, new: Estate) -> Iterator[Change]:
    """Ways in that opened, reach further or let in more, and those that closed."""
    before, after = _by_key(old), _by_key(new)
    yield from _more(before, after, wider=True)
    yield from _more(after, before, wider=False)


Key = tuple[str, ...]


def _by_key(estate: Estate) -> dict[Key, Exposure]:
    """The ways that lead somewhere, or may."""
    found: dict[Key, Exposure] = {}
    for row in exposed(estate).rows:
        if row.target.answer is not Answer.NO:
            found.setdefault(_key(row), row)
    return found


def _key(row: Exposure) -> Key:
    entry, target = row.entry, row.target
    pod = workload(target.pod.resource) if target.pod is not None else target.text
    return (
        entry.how,
        entry.resource.kind,
        entry.address,
        entry.port,
        entry.protocol,
        *entry.paths,
        "",
        pod,
        target.port,
    )


def _more(before: dict[Key, Exposure], after: dict[Key, Exposure], *, wider: bool) -> Iterator[Change]:
    for key, row in after.items():
        was = before.get(key)
        if was is not None and row.reach <= was.reach and not _lets_in_more(was, row):
            continue
        entry, target = row.entry, row.target
        pod = workload(target.pod.resource) if target.pod is not None else target.text or workload(entry.resource)
        address = ":".join(part for part in (entry.address, entry.port) if part)
        text = f"is reached from {row.reach.label} at {address} ({entry.protocol}, {entry.how} {entry.resource.name})"
        limit = "" if was is None else f", from {_sources(was)} before" if was.reach == row.reach else ""
        gone = "" if wider else "no longer: "
        yield Change(Aspect.EXPOSURE, wider, pod, f"{gone}{text}{limit}", entry.resource)


def _lets_in_more(was: Exposure, row: Exposure) -> bool:
    """Whether there is a caller now that was not let in before: everyone, or a range that was not listed."""
    old, new = was.entry.sources, row.entry.sources
    if isinstance(old, Unknown) or isinstance(new, Unknown):
        return isinstance(old, Unknown) is not isinstance(new, Unknown) or _text(old) != _text(new)
    return bool(old) and (not new or bool(set(new) - set(old)))


def _sources(row: Exposure) -> str:
    return _text(row.entry.sources) or "everyone"


def _text(sources: tuple[str, ...] | Unknown) -> str:
    return sources.text if isinstance(sources, Unknown) else ", ".join(sources)
