"""A node runs the image that it already has, without asking the registry again.

Why: a pod that may not pull a private image still runs it on a node where another pod left it, and a tag that was
    moved since keeps running in its old form on some nodes.
Instead: set `imagePullPolicy: Always` (layers that are there are not loaded again), or turn on the AlwaysPullImages
    admission plugin, or the kubelet's check of credentials for images that are already there.
Breaks: pods do not start while the registry is down.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,POLICY:.spec.containers[*].imagePullPolicy'
Source: CIS Kubernetes Benchmark, "AlwaysPullImages"; Kubernetes docs, "Images", "Image pull policy".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.model.images import Image, parse_image
from seawall.rules.spec import (
    DEVELOPER_OWNS,
    LOW,
    STRICT,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_MESSAGE: Final = "has imagePullPolicy {}; set Always"
"""The same where it is left out, since the API server sets it then: a Pod shows what its template leaves out."""


def check(container: Container) -> Iterator[Evidence]:
    policy = container.spec.get("imagePullPolicy")
    if isinstance(policy, Unknown):
        yield unsure(policy, "imagePullPolicy")
    elif isinstance(policy, str) and policy:
        if policy != "Always":
            yield fail(_MESSAGE.format(policy), "imagePullPolicy", value=policy)
    else:
        yield from _defaulted(container.spec.get("image"))


def _defaulted(image: object) -> Iterator[Evidence]:
    """The API server sets Always for the tag latest and for neither tag nor digest, else IfNotPresent."""
    if isinstance(image, Unknown):
        yield unsure(image, "image")
        return
    parsed = parse_image(image) if isinstance(image, str) else None
    if not isinstance(parsed, Image):
        return
    for part in (parsed.tag, parsed.digest):
        if isinstance(part, Unknown):
            yield unsure(part, "image")
            return
    if parsed.tag != "latest" and (parsed.tag or parsed.digest):
        yield fail(_MESSAGE.format("IfNotPresent"), "imagePullPolicy")


def fix(evidence: Evidence) -> Fix:
    return Fix("Ask the registry each time", (Set(evidence.path, "Always"),))


RULE = Rule(
    id="image-pull-not-always",
    on=Container,
    check=check,
    fix=fix,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="imagePullPolicy: Always"),
        passes(container="image: registry.example:5000/web"),
        passes(container="image: web:latest"),
        fails(
            container="imagePullPolicy: IfNotPresent",
            at="spec.containers[0].imagePullPolicy",
            after_fix="imagePullPolicy: Always",
        ),
        fails(container="image: registry.example/web:1.0"),
        fails(container="image: web@sha256:0000000000000000000000000000000000000000000000000000000000000000"),
        unknown(container="imagePullPolicy: '${POLICY}'"),
        unknown(container="image: 'web:${TAG}'"),
    ),
)
