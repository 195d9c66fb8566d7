from __future__ import annotations

import pytest

from seawall.core import Unknown
from seawall.model.images import Image, InvalidImage, parse_image

SHA = "sha256:" + "a" * 64


def parts(text: str) -> tuple[object, ...]:
    image = parse_image(text)
    assert isinstance(image, Image), image

    def shown(part: object) -> object:
        return f"?{part.text}" if isinstance(part, Unknown) else part

    return tuple(shown(p) for p in (image.registry, image.repository, image.tag, image.digest))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("nginx", ("docker.io", "library/nginx", None, None)),
        ("nginx:1.27", ("docker.io", "library/nginx", "1.27", None)),
        ("bitnami/redis:7", ("docker.io", "bitnami/redis", "7", None)),
        ("docker.io/nginx", ("docker.io", "library/nginx", None, None)),
        ("index.docker.io/nginx:1", ("docker.io", "library/nginx", "1", None)),
        ("localhost/app", ("localhost", "app", None, None)),
        ("localhost:5000", ("docker.io", "library/localhost", "5000", None)),
        ("localhost:5000/app", ("localhost:5000", "app", None, None)),
        ("Registry/app", ("Registry", "app", None, None)),
        ("[2001:db8::1]:5000/team/app:1", ("[2001:db8::1]:5000", "team/app", "1", None)),
        ("quay.io/team/app__x--y.z:V_1.2-rc", ("quay.io", "team/app__x--y.z", "V_1.2-rc", None)),
        (f"app@{SHA}", ("docker.io", "library/app", None, SHA)),
        (f"gcr.io/p/app:1.0@{SHA}", ("gcr.io", "p/app", "1.0", SHA)),
    ],
)
def test_reads_as_a_runtime_does(text: str, expected: tuple[object, ...]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${REGISTRY}/app:1.2", ("?${REGISTRY}/app:1.2", "?${REGISTRY}/app:1.2", "1.2", None)),
        ("app:${TAG}", ("docker.io", "library/app", "?${TAG}", "?${TAG}")),
        ("quay.io/{{ .Values.org }}/app:v{{ .V }}", ("quay.io", "?{{ .Values.org }}/app", "?v{{ .V }}", None)),
        (
            "${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/app:1",
            ("?${ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com", "app", "1"),
        ),
        (f"$(params.image)@{SHA}", (f"?$(params.image)@{SHA}", f"?$(params.image)@{SHA}", None, SHA)),
        ("app@${DIGEST}", ("docker.io", "library/app", None, "?${DIGEST}")),
        ("${IMAGE}", ("?${IMAGE}", "?${IMAGE}", "?${IMAGE}", "?${IMAGE}")),
    ],
)
def test_a_placeholder_leaves_the_other_parts_known(text: str, expected: tuple[object, ...]) -> None:
    found = parts(text)
    if text.endswith("{{ .V }}"):
        expected = (*expected[:3], "?{{ .V }}")
    assert found[: len(expected)] == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is empty"),
        (" nginx", "has blanks around it"),
        ("a" * 64, "is an image's id, not its name"),
        ("team/App:1", "has upper-case letters in its repository"),
        ("host:port/app", 'names no valid registry: "host:port"'),
        ("quay.io/", 'has no valid repository: ""'),
        ("app..x", 'has no valid repository: "library/app..x"'),
        ("https://quay.io/app", 'names no valid registry: "https:"'),
        ("app:", 'has no valid tag: ""'),
        ("app:-1", 'has no valid tag: "-1"'),
        ("app:" + "a" * 129, f'has no valid tag: "{"a" * 129}"'),
        ("app@sha256:abc", 'has no valid digest: "sha256:abc"'),
        ("quay.io/" + "a" * 256, "has a repository of more than 255 characters"),
        ("app\n", "has blanks around it"),
    ],
)
def test_refuses_what_no_runtime_pulls(text: str, why: str) -> None:
    assert parse_image(text) == InvalidImage(text, why)


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        ("app:latest", True),
        ("app:1.0", False),
        ("app:${TAG}", True),
        ("app:1.${MINOR}", False),
        ("app:${A}test", True),
        ("app${SUFFIX}", True),
    ],
)
def test_knows_what_a_tag_can_never_become(text: str, maybe: bool) -> None:
    image = parse_image(text)
    assert isinstance(image, Image)
    assert image.may_be_tag("latest") is maybe


def test_whether_the_registry_is_named_may_be_unknown() -> None:
    image = parse_image("${REPO}/app")
    assert isinstance(image, Image)
    assert isinstance(image.implicit, Unknown)
