"""What the rules on images share."""

from __future__ import annotations

from seawall.core import Unknown
from seawall.model import Container
from seawall.model.images import Image, InvalidImage, parse_image


def image_of(container: Container) -> Image | Unknown | None:
    """The container's image; None where there is none, or none that could be pulled (another rule's finding)."""
    text = container.spec.get("image")
    if isinstance(text, Unknown):
        return text
    image = parse_image(text) if isinstance(text, str) and text else None
    return None if isinstance(image, InvalidImage) else image
