"""Profiles that older APIs kept in the annotations of a pod."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Unknown, Verdict
from seawall.inventory.placeholders import has_placeholder
from seawall.model.podsecurity.parts import Parts, Violation
from seawall.model.podsecurity.values import look, quoted, undecided

_APPARMOR: Final = "container.apparmor.security.beta.kubernetes.io/"
_SECCOMP_POD: Final = "seccomp.security.alpha.kubernetes.io/pod"
_SECCOMP_CONTAINER: Final = "container.seccomp.security.alpha.kubernetes.io/"


def apparmor(pod: Parts) -> Iterator[Violation]:
    """No annotation of the beta API asks for `unconfined`; keys of containers that do not exist count too."""
    for key, value in _annotations(pod):
        if key is None or key.startswith(_APPARMOR):
            yield from _annotation(key, value, ("", "runtime/default"))


def seccomp(pod: Parts) -> Iterator[Violation]:
    """Before 1.19: no annotation of the alpha API names another profile than the default or one of the node."""
    names = ["" if name is None else name for name in (look(part.tree, "name") for part in pod.containers)]
    known = [name for name in names if isinstance(name, str) and not has_placeholder(name)]
    certain = {_SECCOMP_POD, *(f"{_SECCOMP_CONTAINER}{name}" for name in known)}
    complete = len(known) == len(names) and not any(True for _ in pod.unreadable)
    for key, value in _annotations(pod):
        if key is None or key in certain:
            yield from _annotation(key, value, ("runtime/default", "docker/default"))
        elif not complete and key.startswith(_SECCOMP_CONTAINER):
            for found in _annotation(key, value, ("runtime/default", "docker/default")):
                yield _unsure_annotation(key, Unknown(quoted(found.value), "the container's name is not known here"))


def _annotations(pod: Parts) -> Iterator[tuple[str | None, object]]:
    """The annotations of the pod's own metadata; the key is None where they cannot be read as a whole."""
    annotations = look(pod.template.metadata, "annotations")
    if isinstance(annotations, dict):
        for key, value in annotations.items():
            if isinstance(key, str):
                yield key, "" if value is None else value
    elif annotations is not None:
        yield None, undecided(annotations)


def _annotation(key: str | None, value: object, allowed: tuple[str, ...]) -> Iterator[Violation]:
    if isinstance(value, str) and (value in allowed or value.startswith("localhost/")):
        return
    if not isinstance(value, str):
        yield _unsure_annotation(key, undecided(value))
    elif has_placeholder(value):
        yield _unsure_annotation(key, Unknown(value))
    else:
        yield Violation(
            path=("annotations", key or ""),
            value=value,
            demand="must not be {}",
            shown=quoted(value),
            noun="annotation",
            name=key or "",
            in_metadata=True,
        )


def _unsure_annotation(key: str | None, value: Unknown) -> Violation:
    return Violation(
        path=("annotations",) if key is None else ("annotations", key),
        value=value,
        demand=f"cannot be judged, it is {{}}: {value.why}",
        shown=quoted(value.text),
        verdict=Verdict.UNKNOWN,
        noun="annotation" if key else "annotations",
        name=key or "",
        in_metadata=True,
    )
