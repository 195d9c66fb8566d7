"""An image names no registry.

Why: who answers for `shop/web` is decided by each node's runtime: Docker Hub on most, the first hit of a search list
    on others. Somebody who registers the same name there gets to run code in the cluster.
Instead: write the registry, `docker.io/library/nginx:1.29.3`, or better your own mirror of it.
Breaks: nothing where the written registry is the one that was used.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{..image}{"\\n"}{end}'
Source: kubernetes.io "Images", image names; containers-registries.conf(5), short names.
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
    elif image is None:
        return
    elif isinstance(image.implicit, Unknown):
        yield unsure(image.implicit, "image")
    elif image.implicit:
        message = f'runs image "{image.text}" of no named registry; write the registry, such as docker.io, in front'
        yield fail(message, "image", value=image.text)


RULE = Rule(
    id="image-registry-implicit",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="image: registry.example/web:1.4.2"),
        passes(container="image: docker.io/library/nginx:1.29.3"),
        passes(container="image: ${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/web:1.0"),
        fails(
            container="image: nginx:1.29.3",
            at="spec.containers[0].image",
            instead="image: docker.io/library/nginx:1.29.3",
        ),
        fails(container="image: shop/web:${TAG}"),
        unknown(container="image: ${REGISTRY}/web:1.0"),
    ),
)
