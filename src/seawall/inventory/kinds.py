"""Whether the API server knows a kind: a misspelt one is refused, and no rule would ever be asked about it."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Mapping

from seawall.data.api import api_lifecycles, api_types
from seawall.inventory.placeholders import has_placeholder


@functools.cache
def _versions() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Built-in API group -> kind -> the group's versions that have or had it."""
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    for key in dict.fromkeys((*api_types().kinds, *api_lifecycles().kinds)):
        api_version, _, kind = key.rpartition("/")
        kinds = table.setdefault(api_version.rpartition("/")[0], {})
        kinds[kind] = (*kinds.get(kind, ()), api_version)
    return table


def is_misspelt(group: str, kind: str) -> bool:
    """Whether a group of Kubernetes' own has no such kind; False for custom resources and while it is filled in."""
    kinds = _versions().get(group)
    return kinds is not None and not has_placeholder(kind) and kind.removesuffix("List") not in kinds


def is_typed_list(api_version: str, kind: str) -> bool:
    """Whether it is the list of a built-in kind, `PodList`."""
    return kind.endswith("List") and kind.removesuffix("List") in _versions().get(api_version.rpartition("/")[0], ())


def refusal(api_version: str, kind: str) -> tuple[str, str] | None:
    """(message, hint) where no API server takes an object of a built-in group for its kind or version, else None.

    Alpha versions come and go faster than the tables of this release.
    """
    if api_types().type_of(api_version, kind) or has_placeholder(api_version) or "alpha" in api_version:
        return None
    group = api_version.rpartition("/")[0]
    if is_misspelt(group, kind):
        return f"{api_version} has no kind {kind}", _meant(group, kind)
    known = _versions().get(group, {}).get(kind)
    if known is None or api_version in known:
        return None
    served = [version for version in known if not _is_removed(version, kind)]
    return f"there is no {kind} of {api_version}", f"Write {' or '.join(served)}" if served else ""


def _is_removed(api_version: str, kind: str) -> bool:
    life = api_lifecycles().kinds.get(f"{api_version}/{kind}")
    return life is not None and bool(life.removed)


def _meant(group: str, kind: str) -> str:
    for other, kinds in _versions().items():
        if kind in kinds:
            return f"{kind} is of {kinds[kind][0]}" if other != group else ""
    close = difflib.get_close_matches(kind, _versions()[group], 1, 0.6)
    return f"Did you mean {close[0]}?" if close else "kubectl api-resources lists what there is"
