"""An image's name is one that no runtime can pull.

Why: the pod stays in `InvalidImageName` for ever, so that the workload, or the new version of it, never runs.
Instead: write `registry/path:tag` with a lower-case path, without a scheme such as https:// and without blanks.
Breaks: nothing; the image cannot be pulled as it is.
Check: kubectl get pods -A | grep -E 'InvalidImageName|ErrImagePull'
Source: github.com/distribution/reference, grammar of references; kubernetes.io "Images".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.model.images import InvalidImage
from seawall.rules.image._helpers import read_image
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    image = read_image(container)
    if isinstance(image, Unknown):
        yield unsure(image, "image")
    elif isinstance(image, InvalidImage):
        yield fail(f'names image "{image.text}", which {image.why}; it can never be pulled', "image", value=image.text)
    elif image is not None and isinstance(image.repository, Unknown):
        yield unsure(image.repository, "image")


RULE = Rule(
    id="image-reference-invalid",
    on=Container,
    check=check,
    severity=LOW,
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="image: registry.example:5000/team/web_api:1.4.2"),
        fails(
            container="image: registry.example/Team/Web:1.4.2",
            at="spec.containers[0].image",
            instead="image: registry.example/team/web:1.4.2",
        ),
        fails(container="image: https://registry.example/web:1.4.2"),
        fails(container="image: 'registry.example/web:'"),
        unknown(container="image: ${IMAGE}"),
    ),
)
