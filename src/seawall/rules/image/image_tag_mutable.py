"""An image is named by a tag that moves.

Why: `latest`, no tag, and names such as `stable` point at whatever was pushed last. Two replicas may run different
    code, a rollback does not bring the old code back, and whoever can push to the repository changes production.
Instead: name a version (`nginx:1.29.3`), best together with its digest (`nginx:1.29.3@sha256:...`).
Breaks: nothing at once; new versions no longer arrive by themselves, so let a bot propose them.
Check: kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}' | xargs -n1 | grep -E ':latest$|^[^:]*$'
Source: NSA and CISA Kubernetes Hardening Guide v1.2; kubernetes.io "Images", image names.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Severity, Unknown
from seawall.model import Container
from seawall.model.images import Image
from seawall.rules.image._helpers import image_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_MOVING = frozenset(
    {
        *("canary", "dev", "develop", "edge", "head", "main", "mainline", "master", "nightly", "rolling"),
        *("snapshot", "stable", "trunk", "unstable"),
    }
)


def check(container: Container) -> Iterator[Evidence]:
    image = image_of(container)
    if isinstance(image, Unknown):
        yield unsure(image, "image")
    elif image is not None and image.digest is None:
        yield from _judge(image)
    elif image is not None and isinstance(image.digest, Unknown) and _may_move(image):
        yield unsure(image.digest, "image")


def _judge(image: Image) -> Iterator[Evidence]:
    if isinstance(image.tag, Unknown):
        if _may_move(image):
            yield unsure(image.tag, "image")
    elif image.tag is None or image.tag == "latest":
        how = 'with tag "latest"' if image.tag else "without a tag, which means latest"
        yield _moves(image, how, MEDIUM)
    elif image.tag in _MOVING:
        yield _moves(image, f'with tag "{image.tag}", which moves', LOW)


def _may_move(image: Image) -> bool:
    return image.tag is None or any(image.may_be_tag(tag) for tag in ("latest", *_MOVING))


def _moves(image: Image, how: str, severity: Severity) -> Evidence:
    message = f'runs image "{image.text}" {how}; name a version, best with its digest'
    return fail(message, "image", value=image.text, severity=severity)


RULE = Rule(
    id="image-tag-mutable",
    on=Container,
    check=check,
    severity=MEDIUM,
    otherwise={LOW: "the tag names a branch or channel (stable, main, nightly)"},
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="image: registry.example/web:1.4.2"),
        passes(container=f"image: registry.example/web:latest@sha256:{'0' * 64}"),
        passes(container="image: registry.example/web:1.${PATCH}"),
        passes(container="image: ${REGISTRY}/web:1.4.2"),
        fails(container="image: nginx", at="spec.containers[0].image", instead="image: nginx:1.29.3"),
        fails(container="image: registry.example:5000/web:latest", at="spec.containers[0].image"),
        fails(container="image: registry.example/web:stable"),
        fails(container="image: ${REGISTRY}/web:latest"),
        fails(
            pod="""
                initContainers:
                - name: wait
                  image: busybox
            """,
            at="spec.initContainers[0].image",
        ),
        unknown(container="image: registry.example/web:${TAG}"),
        unknown(container="image: ${IMAGE}"),
        unknown(container="image: registry.example/web@${DIGEST}"),
    ),
)
