"""What the outside can reach more or less than before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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


def _by_key(estate: Estate) -> dict[Key, dict[Key, Exposure]]:
    """The ways that lead somewhere, or may; those that differ in their paths only are together."""
    found: dict[Key, dict[Key, Exposure]] = {}
    for row in exposed(estate).rows:
        if row.target.answer is not Answer.NO:
            found.setdefault(_key(row), {}).setdefault(row.entry.paths, row)
    return found


def _key(row: Exposure) -> Key:
    entry, target = row.entry, row.target
    pod = workload(target.pod.resource) if target.pod is not None else target.text
    return (entry.how, entry.resource.kind, entry.address, entry.port, entry.protocol, pod, target.port)


def _more(
    before: Mapping[Key, Mapping[Key, Exposure]], after: Mapping[Key, Mapping[Key, Exposure]], *, wider: bool
) -> Iterator[Change]:
    for key, rows in after.items():
        known = tuple(before.get(key, {}).values())
        for row in rows.values():
            if not all(any(_covers(was, row, path) for was in known) for path in row.entry.paths or ("",)):
                yield _change(row, known, wider=wider)


def _covers(was: Exposure, row: Exposure, path: str) -> bool:
    """Whether a way of before leads all of a row's callers to a path (empty: to all) already."""
    leads = not was.entry.paths or path in was.entry.paths
    return leads and row.reach <= was.reach and not _lets_in_more(was, row)


def _change(row: Exposure, known: tuple[Exposure, ...], *, wider: bool) -> Change:
    entry, target = row.entry, row.target
    pod = workload(target.pod.resource) if target.pod is not None else target.text or workload(entry.resource)
    address = ":".join(part for part in (entry.address, entry.port) if part)
    paths = f", {_paths(entry.paths)}" if entry.paths or any(was.entry.paths for was in known) else ""
    text = (
        f"is reached from {row.reach.label} at {address}{paths} ({entry.protocol}, {entry.how} {entry.resource.name})"
    )
    gone = "" if wider else "no longer: "
    return Change(Aspect.EXPOSURE, wider, pod, f"{gone}{text}{_before(row, known)}", entry.resource)


def _before(row: Exposure, known: tuple[Exposure, ...]) -> str:
    """What was narrower of the same way before; empty where the way is new, or reaches further."""
    same = next((was for was in known if was.entry.paths == row.entry.paths), None)
    if same is not None:
        return f", from {_sources(same)} before" if same.reach == row.reach else ""
    paths = tuple(dict.fromkeys(path for was in known for path in was.entry.paths))
    return f", {_paths(paths)} before" if known else ""


def _paths(paths: tuple[str, ...]) -> str:
    if not paths:
        return "all paths"
    return f"path{'s' if len(paths) > 1 else ''} {', '.join(paths)}"


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
