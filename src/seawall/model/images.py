"""Image references, read as container runtimes read them, and three-valued where a part is filled in later.

Source: github.com/distribution/reference v0.6 (`reference.go`, `regexp.go`, `normalize.go`), which the kubelet and
containerd use. CRI-O asks its `registries.conf` instead where a reference names no registry.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import msgspec

from seawall.core import Unknown
from seawall.inventory.placeholders import placeholders

DOCKER_HUB: Final = "docker.io"
"""The registry of a reference that names none."""

_LEGACY_HUB: Final = "index.docker.io"
_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?")
_WORD = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_WORD}(?:/{_WORD})*")
_TAG = re.compile(r"\w[\w.-]{0,127}", re.ASCII)
_DIGEST = re.compile(r"sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}")
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
_EXPANSION = re.compile(r"\$\([^()]*\)")
"""`$(VAR)`: Kubernetes expands none in an image, Tekton and Kustomize do."""

_LONGEST_REPOSITORY: Final = 255
_FIRST_HOLE: Final = 0xE000
"""Each placeholder is read as one character of the private use area, which no reference can hold."""


class Image(msgspec.Struct, frozen=True, eq=False):
    """A reference in its parts; a part that is filled in later is an `Unknown` with the text of that part."""

    text: str
    registry: str | Unknown
    """The registry's host, with its port where it names one; `docker.io` where the reference names none."""
    repository: str | Unknown
    """The path in the registry: `library/nginx` for `nginx`."""
    tag: str | Unknown | None
    """None where the reference names none; without a digest, runtimes then pull `latest`."""
    digest: str | Unknown | None
    """`sha256:...`; None where the reference names none. It outweighs the tag."""
    implicit: bool | Unknown
    """Whether the reference names no registry."""

    @property
    def name(self) -> str | Unknown:
        """Registry and repository together, `docker.io/library/nginx`."""
        if isinstance(self.registry, Unknown):
            return self.registry
        return self.repository if isinstance(self.repository, Unknown) else f"{self.registry}/{self.repository}"

    def may_be_tag(self, tag: str) -> bool:
        """Whether the tag is the given one, or may become it: `${TAG}` may be `latest`, `1.${MINOR}` may not."""
        if not isinstance(self.tag, Unknown):
            return self.tag == tag
        masked, holes = _mask(self.tag.text)
        return re.fullmatch("".join(".*" if c in holes else re.escape(c) for c in masked), tag) is not None


class InvalidImage(msgspec.Struct, frozen=True):
    """A reference that no runtime accepts."""

    text: str
    why: str
    """A predicate without its subject: `has upper-case letters in its repository`."""


@functools.lru_cache(maxsize=4096)
def parse_image(text: str) -> Image | InvalidImage:
    """Takes a reference apart as `docker pull` does; what is plainly no reference is an `InvalidImage`.

    A reference with placeholders is never invalid: what is filled in may repair it.
    """
    masked, holes = _mask(text)
    name, digest = _cut(masked, masked.find("@"))
    colon = name.rfind(":")
    name, tag = _cut(name, colon if colon > name.rfind("/") else -1)
    named = _names_registry(name, holes)
    registry, repository = _domain(name, named=named is not False)
    if not holes and (why := _fault(text, registry, repository, tag, digest)):
        return InvalidImage(text, why)

    def part(masked_part: str) -> str | Unknown:
        shown = "".join(holes.get(character, character) for character in masked_part)
        return shown if shown == masked_part else Unknown(shown)

    # What ends in a placeholder may go on: `app${SUFFIX}` may get a tag, `app:${TAG}` a digest.
    open_end = Unknown(holes[masked[-1]]) if masked[-1:] in holes else None
    return Image(
        text,
        part(registry) if named is not None else Unknown(text),
        part(repository) if named is not None else Unknown(text),
        part(tag) if tag is not None else (open_end if digest is None else None),
        part(digest) if digest is not None else open_end,
        Unknown(text) if named is None else not named,
    )


def _mask(text: str) -> tuple[str, dict[str, str]]:
    """The text with a character of its own for each placeholder, and what each of these stands for."""
    spans = sorted([*placeholders(text), *(match.span() for match in _EXPANSION.finditer(text))])
    pieces: list[str] = []
    holes: dict[str, str] = {}
    position = 0
    for start, end in spans:
        if start >= position:
            hole = chr(_FIRST_HOLE + len(holes))
            holes[hole] = text[start:end]
            pieces += [text[position:start], hole]
            position = end
    return "".join((*pieces, text[position:])), holes


def _cut(text: str, at: int) -> tuple[str, str | None]:
    return (text, None) if at < 0 else (text[:at], text[at + 1 :])


def _names_registry(name: str, holes: dict[str, str]) -> bool | None:
    """Whether the first part of a name is a registry; None where that depends on what is filled in."""
    first, slash, _ = name.partition("/")
    if slash and any(character in ".:" for character in first):
        return True
    if any(character in holes for character in first):
        return None
    return bool(slash) and (first == "localhost" or first.lower() != first)


def _domain(name: str, *, named: bool) -> tuple[str, str]:
    """Registry and repository, with the defaults of Docker Hub."""
    registry, _, path = name.partition("/") if named else (DOCKER_HUB, "", name)
    registry = DOCKER_HUB if registry == _LEGACY_HUB else registry
    return registry, f"library/{path}" if registry == DOCKER_HUB and "/" not in path else path


def _fault(text: str, registry: str, repository: str, tag: str | None, digest: str | None) -> str:
    """Why the reference is none; empty where it is one."""
    faults = (
        (not text, "is empty"),
        (text != text.strip(), "has blanks around it"),
        (_IDENTIFIER.fullmatch(text), "is an image's id, not its name"),
        (not _HOST.fullmatch(registry), f'names no valid registry: "{registry}"'),
        (repository.lower() != repository, "has upper-case letters in its repository"),
        (not _REPOSITORY.fullmatch(repository), f'has no valid repository: "{repository}"'),
        (len(repository) > _LONGEST_REPOSITORY, f"has a repository of more than {_LONGEST_REPOSITORY} characters"),
        (tag is not None and not _TAG.fullmatch(tag), f'has no valid tag: "{tag}"'),
        (digest is not None and not _DIGEST.fullmatch(digest), f'has no valid digest: "{digest}"'),
    )
    return next((why for faulty, why in faults if faulty), "")
