"""A node may run an image that it holds already, without asking the registry.

Why: once any pod of a node has pulled a private image, every other pod of that node may run it by name, also one that
    has no right to pull it, and rights that were taken back at the registry do not count.
Instead: write `imagePullPolicy: Always`; only layers that are missing are downloaded. From 1.35 on, kubelets check
    credentials again by default, and the `AlwaysPullImages` admission plugin does so for the whole cluster.
Breaks: pods do not start while the registry cannot be reached.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..imagePullPolicy}{"\n"}{end}'
Source: Kubernetes API reference, Container v1 core, imagePullPolicy; Microsoft Threat Matrix MS-TA9037.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.image._helpers import image_of
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


def check(container: Container) -> Iterator[Evidence]:
    stated = container.spec.get("imagePullPolicy")
    policy = stated if isinstance(stated, Unknown) else stated or _default(container)
    if isinstance(policy, Unknown):
        yield unsure(policy, "imagePullPolicy")
    elif policy and policy != "Always":
        how = f"has imagePullPolicy: {policy}" if stated else "sets no imagePullPolicy, which means IfNotPresent here"
        yield fail(
            f"{how}; write Always, so that each start asks the registry", "imagePullPolicy", value=stated or None
        )


def _default(container: Container) -> str | Unknown:
    """What the API server sets: Always for `latest`, else IfNotPresent; empty where there is no image."""
    image = image_of(container)
    if image is None:
        return ""
    if isinstance(image, Unknown):
        return image
    if isinstance(image.tag, Unknown):
        return image.tag if image.may_be_tag("latest") else "IfNotPresent"
    if image.tag is None and isinstance(image.digest, Unknown):
        return image.digest
    return "Always" if image.tag == "latest" or (image.tag is None and image.digest is None) else "IfNotPresent"


def fix(evidence: Evidence) -> Fix:
    return Fix("Ask the registry at each start", (Set(evidence.path, "Always"),))


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
        passes(container="image: registry.example/web:latest"),
        fails(
            container="imagePullPolicy: Never",
            at="spec.containers[0].imagePullPolicy",
            after_fix="imagePullPolicy: Always",
        ),
        fails(container="image: registry.example/web:1.0", at="spec.containers[0].imagePullPolicy"),
        fails(container=f"image: registry.example/web@sha256:{'0' * 64}"),
        unknown(container="imagePullPolicy: ${POLICY}"),
        unknown(container="image: registry.example/web:${TAG}"),
    ),
)
