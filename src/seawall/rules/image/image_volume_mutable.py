"""A volume is filled from an image whose tag moves.

Why: what the pod reads from the volume, often programs or a model, is whatever was pushed last. Whoever can push to the
    repository changes it, and two replicas may read different things.
Instead: name a version, best together with its digest (`model:1.4.2@sha256:...`).
Breaks: nothing at once; new versions no longer arrive by themselves.
Check: kubectl get pods -A -o jsonpath='{.items[*].spec.volumes[*].image.reference}' | xargs -n1
Source: Kubernetes API reference, ImageVolumeSource v1 core; KEP-4639.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import PodTemplate
from seawall.model.images import Image, parse_image
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(pod: PodTemplate) -> Iterator[Evidence]:
    volumes = pod.spec.get("volumes")
    if isinstance(volumes, Unknown):
        yield unsure(volumes, "volumes")
    for index, volume in items(volumes):
        reference = dig(volume, "image", "reference")
        at = ("volumes", index, "image", "reference")
        if isinstance(reference, Unknown):
            yield unsure(reference, *at)
        elif isinstance(reference, str) and isinstance(image := parse_image(reference), Image):
            yield from _judge(image, at)


def _judge(image: Image, at: tuple[str | int, ...]) -> Iterator[Evidence]:
    later = next((part for part in (image.digest, image.tag) if isinstance(part, Unknown)), None)
    if isinstance(image.digest, str) or not (image.tag is None or image.may_be_tag("latest")):
        return
    if later is not None:
        yield unsure(later, *at)
    else:
        message = f'fills a volume from image "{image.text}" by a tag that moves; name a version, best with its digest'
        yield fail(message, *at, value=image.text)


def _volume(reference: str) -> str:
    return f"volumes: [{{name: model, image: {{reference: '{reference}'}}}}]"


RULE = Rule(
    id="image-volume-mutable",
    on=PodTemplate,
    check=check,
    severity=MEDIUM,
    concept="image-tag-mutable",
    layer=Layer.CODE,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(pod=_volume("registry.example/model:1.4.2")),
        passes(pod=_volume(f"registry.example/model:latest@sha256:{'0' * 64}")),
        fails(pod=_volume("registry.example/model"), at="spec.volumes[0].image.reference"),
        fails(pod=_volume("${REGISTRY}/model:latest")),
        unknown(pod=_volume("registry.example/model:${TAG}")),
    ),
)
