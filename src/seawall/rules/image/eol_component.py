"""A component is no longer maintained by its project.

Why: holes that are found in it stay open, and its images may vanish from the registry.
Instead: the successor that the message names; remove what nothing uses.
Breaks: what relies on the component's own features.
Check: kubectl get pods -A -o jsonpath='{.items[*].spec.containers[*].image}' | xargs -n1 | sort -u
Source: the projects' announcements: Ingress NGINX Retirement (2025-11), k8s.gcr.io freeze (2023-04), Helm 2 (2020-11),
    Weave Net archive (2024-06), Kubebuilder's gcr.io images (2025-03), Bitnami's legacy catalogue (2025-08).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.model.images import Image
from seawall.rules.image._helpers import image_of
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    BOSS,
    CARES,
    HIGH,
    MEDIUM,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_ENDED = (
    ("registry.k8s.io/ingress-nginx/", HIGH, "ingress-nginx was retired in March 2026; use another controller"),
    ("k8s.gcr.io/", MEDIUM, "k8s.gcr.io gets no images since April 2023; use registry.k8s.io"),
    ("gcr.io/kubernetes-helm/tiller", HIGH, "Tiller ended with Helm 2 in November 2020; use Helm 3 or later"),
    ("docker.io/weaveworks/weave-", MEDIUM, "Weave Net was archived in June 2024; use another network plugin"),
    ("gcr.io/kubebuilder/kube-rbac-proxy", MEDIUM, "this image is gone since March 2025; use controller-runtime's own"),
    ("docker.io/bitnamilegacy/", MEDIUM, "bitnamilegacy gets no updates since August 2025; use a maintained image"),
)
"""(start of the image's full name, severity, what happened and what to use)."""


def check(container: Container) -> Iterator[Evidence]:
    image = image_of(container)
    name = image.name if isinstance(image, Image) else image
    if isinstance(name, Unknown):
        yield unsure(name, "image")
    elif isinstance(image, Image) and name is not None:
        yield from _ended(image, name)


def _ended(image: Image, name: str) -> Iterator[Evidence]:
    for start, severity, advice in _ENDED:
        if name.startswith(start):
            yield fail(f'runs image "{image.text}": {advice}', "image", value=image.text, severity=severity)


RULE = Rule(
    id="eol-component",
    on=Container,
    check=check,
    severity=HIGH,
    otherwise={MEDIUM: "it is none that faces the world or rules the cluster (ingress-nginx, Tiller)"},
    layer=Layer.CLUSTER,
    audience={**ARCHITECT_OWNS, BOSS: CARES},
    examples=(
        passes(container="image: registry.k8s.io/coredns/coredns:v1.14.0"),
        fails(container="image: registry.k8s.io/ingress-nginx/controller:v1.12.1", at="spec.containers[0].image"),
        fails(container="image: k8s.gcr.io/pause:3.6", instead="image: registry.k8s.io/pause:3.10"),
        fails(container="image: bitnamilegacy/redis:7.4.2"),
        unknown(container="image: ${REGISTRY}/controller:1.0"),
    ),
)
