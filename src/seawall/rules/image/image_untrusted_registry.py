"""An image comes from a registry that is not approved.

Why: what runs in the cluster is decided by everyone who can push there. A registry that takes images from anyone
    without a login, such as `ttl.sh`, hands that decision to strangers; so does any registry that nobody has vetted.
Instead: copy the image to a registry of your own and name that one. Say in Seawall's settings which registries are
    approved; as long as none are named, only registries without logins are reported.
Breaks: pulls fail until the image is copied and the nodes may read the new registry.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\\t"}{..image}{"\\n"}{end}'
Source: NSA and CISA Kubernetes Hardening Guide v1.2; OWASP Kubernetes Top Ten 2025, K04.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container, View
from seawall.model.images import Image
from seawall.rules.image._helpers import image_of
from seawall.rules.spec import ARCHITECT_OWNS, HIGH, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_ANYONE_MAY_PUSH = frozenset({"ttl.sh"})


def check(container: Container, view: View) -> Iterator[Evidence]:
    image = image_of(container)
    if isinstance(image, Unknown):
        yield unsure(image, "image")
    elif image is not None:
        yield from _judge(image, view.registries)


def _judge(image: Image, approved: tuple[str, ...]) -> Iterator[Evidence]:
    if isinstance(image.registry, Unknown):
        yield unsure(image.registry, "image")
    elif image.registry in _ANYONE_MAY_PUSH and image.registry not in approved:
        message = f'runs image "{image.text}" of {image.registry}, where anyone may push; copy it to your own registry'
        yield fail(message, "image", value=image.text, severity=HIGH)
    elif approved and not _covers(approved, image):
        if isinstance(image.repository, Unknown) and any(a.startswith(f"{image.registry}/") for a in approved):
            yield unsure(image.repository, "image")
        else:
            message = f'runs image "{image.text}" of {image.registry}; approved are {", ".join(sorted(approved))}'
            yield fail(message, "image", value=image.text)


def _covers(approved: tuple[str, ...], image: Image) -> bool:
    name = f"{image.registry}/" if isinstance(image.repository, Unknown) else f"{image.registry}/{image.repository}/"
    return any(name.startswith(f"{prefix.rstrip('/')}/") for prefix in approved)


RULE = Rule(
    id="image-untrusted-registry",
    on=Container,
    check=check,
    # The view carries the approved registries; a rule is given one when it declares a kind.
    uses=("Pod",),
    severity=MEDIUM,
    otherwise={HIGH: "anyone may push to the registry"},
    layer=Layer.CODE,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(container="image: registry.example/web:1.4.2"),
        passes(container="image: nginx:1.29.3"),
        fails(container="image: ttl.sh/web:1h", at="spec.containers[0].image"),
        unknown(container="image: ${REGISTRY}/web:1.4.2"),
    ),
)
