"""An image is not pinned by its digest.

Why: a tag is a label that whoever can push may move to other code. A digest names the content itself, so that what was
    tested and signed is what runs.
Instead: add the digest to the tag, `nginx:1.29.3@sha256:...`; tools that bump versions keep both up to date.
Breaks: images that were deleted from the registry, or whose tag is pushed anew for fixes, no longer arrive silently.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{..image}{"\\n"}{end}' | grep -v @sha256
Source: kubernetes.io "Images", image digests; OWASP Kubernetes Top Ten 2022, K02.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.image._helpers import image_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    image = image_of(container)
    if isinstance(image, Unknown):
        yield unsure(image, "image")
    elif image is not None and image.digest is None:
        message = f'runs image "{image.text}" without its digest; add @sha256:...'
        yield fail(message, "image", value=image.text)
    elif image is not None and isinstance(image.digest, Unknown):
        yield unsure(image.digest, "image")


RULE = Rule(
    id="image-no-digest",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container=f"image: registry.example/web@sha256:{'0' * 64}"),
        passes(container=f"image: ${{REGISTRY}}/web:1.0@sha256:{'0' * 64}"),
        fails(
            container="image: registry.example/web:1.4.2",
            at="spec.containers[0].image",
            instead=f"image: registry.example/web:1.4.2@sha256:{'0' * 64}",
        ),
        fails(container="image: ${REGISTRY}/web:1.4.2"),
        unknown(container="image: registry.example/web:${TAG}"),
        unknown(container="image: registry.example/web@${DIGEST}"),
    ),
)
