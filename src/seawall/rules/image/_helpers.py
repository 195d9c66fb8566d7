"""What the rules on images share."""

from __future__ import annotations

import msgspec

from seawall.core import LeftOut, Unknown
from seawall.model import Container
from seawall.model.images import Image, InvalidImage, parse_image


def image_of(container: Container) -> Image | Unknown | None:
    """The container's image; None where there is none, or none that could be pulled (another rule's finding)."""
    image = read_image(container)
    return None if isinstance(image, InvalidImage) else image


def read_image(container: Container) -> Image | InvalidImage | Unknown | None:
    """The container's image as it is written; None where there is none.

    What an operator fills in when it runs the pod (`$(params.image)` of Tekton, `{{inputs.parameters.image}}` of Argo)
    is left out: no one can decide it in the manifest.
    """
    text = container.spec.get("image")
    if isinstance(text, Unknown):
        return text
    image = parse_image(text) if isinstance(text, str) and text else None
    return _left_out(image) if isinstance(image, Image) and container.pod.partial else image


def _left_out(image: Image) -> Image:
    parts = {name: getattr(image, name) for name in ("registry", "repository", "tag", "digest", "implicit")}
    unknown = {name: part for name, part in parts.items() if isinstance(part, Unknown)}
    if not unknown:
        return image
    why = "its operator fills it in"
    return msgspec.structs.replace(image, **{name: LeftOut(why, part.text) for name, part in unknown.items()})
