"""Where images come from, and whether what runs is what was looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seawall.core import Path, Unknown
from seawall.model.changes.change import Aspect, Change, Key, workload
from seawall.model.changes.pods import pods_by_key, text_of
from seawall.model.estate import Estate
from seawall.model.images import Image, parse_image
from seawall.model.permissions import Answer
from seawall.model.subjects import Container, PodTemplate

_LATEST: Final = "latest"


def changed_images(old: Estate, new: Estate) -> Iterator[Change]:
    """Registries that nothing was taken from before, and images that anybody who may push can replace now."""
    before, after = pods_by_key(old), pods_by_key(new)
    yield from _registries(before, after, wider=True)
    yield from _registries(after, before, wider=False)
    yield from _looser(before, after, wider=True)
    yield from _looser(after, before, wider=False)


def _registries(
    before: Mapping[Key, PodTemplate], after: Mapping[Key, PodTemplate], *, wider: bool
) -> Iterator[Change]:
    old = set(_images(before))
    for registry, (pod, image, path) in sorted(_images(after).items()):
        if registry not in old:
            text = f"takes images from {registry}, as nothing did before ({image})"
            gone = f"no longer: takes images from {registry}, as nothing does now ({image})"
            yield Change(Aspect.IMAGES, wider, workload(pod.resource), text if wider else gone, pod.resource, path)


def _images(pods: Mapping[Key, PodTemplate]) -> dict[str, tuple[PodTemplate, str, Path]]:
    """Each registry with the first container that takes an image from it."""
    found: dict[str, tuple[PodTemplate, str, Path]] = {}
    for pod in pods.values():
        for container in pod.containers:
            image = _image(container)
            if image is not None:
                registry = text_of(image.registry)
                found.setdefault(registry, (pod, image.text, (*container.path, "image")))
    return found


def _image(container: Container) -> Image | None:
    """None where there is none, or none that a runtime accepts."""
    said = container.spec.get("image")
    image = None if said is None else parse_image(text_of(said))
    return image if isinstance(image, Image) and image.text else None


def _looser(before: Mapping[Key, PodTemplate], after: Mapping[Key, PodTemplate], *, wider: bool) -> Iterator[Change]:
    """Containers that were there, whose reference means less surely the same image each time it is pulled."""
    for key, pod in after.items():
        was = before.get(key)
        known = {container.label: _image(container) for container in was.containers} if was is not None else {}
        for container in pod.containers:
            old, new = known.get(container.label), _image(container)
            if old is None or new is None:
                continue
            for loss, gain in _losses(old, new):
                text = f"{loss} ({new.text})" if wider else f"{gain} ({old.text})"
                path = (*container.path, "image")
                yield Change(
                    Aspect.IMAGES, wider, workload(pod.resource), f"{container.label} {text}", pod.resource, path
                )


def _losses(old: Image, new: Image) -> Iterator[tuple[str, str]]:
    """What is lost from one reference to the other, and how the way back is called."""
    pinned, latest = "is pinned by digest now", f"takes the tag {_LATEST} no more"
    perhaps = "perhaps " if isinstance(new.digest, Unknown) else ""
    if isinstance(old.digest, str):
        if not isinstance(new.digest, str):
            yield f"is {perhaps}no longer pinned by digest", pinned
    elif (
        not isinstance(new.digest, str)
        and (floats := _is_latest(new)) is not Answer.NO
        and _is_latest(old) is Answer.NO
    ):
        may = "may take" if floats is Answer.UNKNOWN else "takes"
        yield f"{may} the tag {_LATEST} now", latest


def _is_latest(image: Image) -> Answer:
    """Whether a reference names the tag that moves by convention, or none, which is the same to runtimes."""
    if image.tag is None:
        return Answer.YES
    if isinstance(image.tag, Unknown):
        return Answer.UNKNOWN if image.may_be_tag(_LATEST) else Answer.NO
    return Answer.YES if image.tag == _LATEST else Answer.NO
