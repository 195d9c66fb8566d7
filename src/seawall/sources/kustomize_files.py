"""What kustomizations refer to: who builds on whom, which files are theirs, and what must not be fetched or followed.

Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ and Kustomize's `api/internal/git`
(what it takes for a repository), as of v5.5.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seawall.core import Path as Steps
from seawall.core import Problem, Text
from seawall.sources.rendered import Reader
from seawall.yamltext import Broken

KIND: Final = "kustomize"
NAMES: Final = ("kustomization.yaml", "kustomization.yml", "Kustomization")
_LARGEST: Final = 4 << 20
"""Bytes of one kustomization, resource or patch file that are read to find places."""

# Kustomize tries a repository before a folder; `host:path` is ssh's way of naming one.
_REMOTE: Final = re.compile(
    r"""^[a-z][a-z0-9+.-]*:// | ^git:: | ^gh: | ^[\w.-]+@[\w.-]+[:/] | ^github\.com[/:] | ^[\w.-]{2,}:[^\\]
        | [?&](?:ref|version|submodules|timeout)= | \.git(?:/|\?|$)""",
    re.IGNORECASE | re.VERBOSE,
)

_FOLDERS: Final = ("resources", "bases", "components")
_CONFIGURED: Final = ("generators", "transformers", "validators")
_GENERATORS: Final = ("configMapGenerator", "secretGenerator")
_HELM: Final = ("helmCharts", "helmChartInflationGenerator")
_INSIDE: Final = {
    "patches": ("path",),
    "patchesJson6902": ("path",),
    "replacements": ("path",),
    "helmCharts": ("valuesFile", "additionalValuesFiles", "repo"),
    "helmChartInflationGenerator": ("values", "chartRepoUrl"),
}
"""The paths in the entries of lists."""
_PLUGIN_PATHS: Final = ("path", "paths", "files", "envs", "repo", "valuesFile")

_LISTS: Final = (*_FOLDERS, *_CONFIGURED, "patchesStrategicMerge", "patches", "configurations", "crds")
"""Lists of paths; before v2.1 `patches` was one."""
_TOP: Final = (*_LISTS, *_GENERATORS, *_INSIDE, "openapi")
_BELOW: Final = {key for keys in _INSIDE.values() for key in keys} | {"path", "files", "envs", "env"}
_SPELT: Final = tuple({name.casefold(): name for name in names} for names in (_TOP, _BELOW))
"""Fields that hold paths, on top and in the entries of lists, by their name as Go's JSON reads it: in any case."""


class Reference(msgspec.Struct, frozen=True):
    """A file or folder that a kustomization names, and where it names it."""

    at: Steps
    target: str


class Kustomization(msgspec.Struct, frozen=True, eq=False):
    """A kustomization that was read."""

    file: Path
    """Resolved."""
    text: Text
    references: tuple[Reference, ...]

    @property
    def tree(self) -> Mapping[str, Any]:
        """What it says."""
        value: Mapping[str, Any] = self.text.value
        return value

    @property
    def directory(self) -> Path:
        """Where its references start."""
        return self.file.parent

    @property
    def component(self) -> bool:
        """Whether it is a part that only others build."""
        return self.tree.get("kind") == "Component"

    def below(self) -> Iterator[Path]:
        """The resolved folders of the kustomizations it builds on."""
        for reference in self.references:
            if reference.at[0] in (*_FOLDERS, *_CONFIGURED) and not is_remote(reference.target):
                folder = named_by(self.directory, reference.target)
                if is_kustomization(folder):
                    yield folder

    def resources(self) -> Iterator[Path]:
        """The resolved files that it names as resources."""
        for reference in self.references:
            if reference.at[0] == "resources" and not is_remote(reference.target):
                yield named_by(self.directory, reference.target)


class Layout(msgspec.Struct, frozen=True):
    """How the kustomizations of an input hang together; all paths are resolved."""

    leaves: tuple[Path, ...]
    """The folders that are deployed: nothing builds on them, and they are no components; one of each circle too."""
    files: frozenset[Path]
    """What kustomizations consume (themselves, resources, patches, generators' files): no plain manifests."""
    unused: tuple[Path, ...]
    """The folders of components that nothing builds: what they hold is judged nowhere."""
    resources: tuple[Path, ...]
    """Those of `files` that are named as resources: whole objects, readable as they stand where nothing builds them."""


def is_kustomization(directory: Path) -> bool:
    """Whether a folder holds a kustomization."""
    return any(_is_file(directory / name) for name in NAMES)


def resolve(path: Path) -> Path:
    """`path` with its links followed; unlike `Path.resolve` it raises for no circle of links."""
    return Path(os.path.realpath(path))


def named_by(directory: Path, target: str) -> Path:
    """The file or folder that a kustomization names: `a/..` is nothing to Kustomize, even where `a` is a link."""
    return resolve(Path(os.path.normpath(directory / target)))


def _is_file(path: Path) -> bool:
    """Whether a file is there; a name that no file can have is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_remote(target: str) -> bool:
    """Whether Kustomize might fetch `target`; also where a folder of that name exists."""
    return bool(_REMOTE.search(target.strip()))


def read_text(file: Path, reader: Reader) -> Sequence[Text | Broken]:
    """The documents of a file; none where it cannot be read or is too large to look for places in."""
    try:
        if not _is_file(file) or file.stat().st_size > _LARGEST:
            return ()
        return reader.read(file.read_text("utf-8", "replace"))
    except OSError:
        return ()


def read_kustomization(directory: Path, reader: Reader) -> Kustomization | None:
    """The kustomization of a folder, or None where it is not a mapping."""
    file = next((directory / name for name in NAMES if _is_file(directory / name)), None)
    text = next(iter(read_text(file, reader)), None) if file else None
    if file is None or text is None or isinstance(text, Broken) or not isinstance(text.value, dict):
        return None
    return Kustomization(resolve(file), text, tuple(_references(text.value)))


def kustomizations(directories: Iterable[Path], reader: Reader) -> Layout:
    """How the kustomizations in `directories` (every folder of the input that holds one) hang together."""
    folders = sorted({resolve(directory) for directory in directories})
    read = {folder: read_kustomization(folder, reader) for folder in folders}
    known = [one for one in read.values() if one]
    alone = list(_outermost(folders, {one.directory: tuple(one.below()) for one in known}))
    components = {one.directory for one in known if one.component}
    return Layout(
        leaves=tuple(folder for folder in alone if folder not in components),
        files=frozenset(file for folder in folders for file in _files(folder, read[folder])),
        unused=tuple(folder for folder in alone if folder in components),
        resources=tuple(file for one in known for file in one.resources()),
    )


def _outermost(folders: Sequence[Path], below: Mapping[Path, tuple[Path, ...]]) -> Iterator[Path]:
    """The folders that no other one builds on, and one of each circle: it cannot be built, and that must be told."""
    built_on = {each for folder in folders for each in below.get(folder, ()) if each != folder}
    seen: set[Path] = set()
    for folder in (*(each for each in folders if each not in built_on), *folders):
        if folder in seen:
            continue
        yield folder
        todo = [folder]
        while todo:
            each = todo.pop()
            if each not in seen:
                seen.add(each)
                todo.extend(below.get(each, ()))


class Boundary(msgspec.Struct, frozen=True):
    """The folder that nothing may leave, as the user typed it."""

    root: Path

    def holds(self, file: Path) -> bool:
        """Whether `file` lies below, its links followed."""
        return resolve(file).is_relative_to(resolve(self.root))

    def label(self, file: Path) -> str:
        """`file` as the user would type it."""
        resolved = resolve(file)
        return str(resolved) if self.root.is_absolute() else os.path.relpath(resolved)


def graph(directory: Path, boundary: Boundary, reader: Reader) -> dict[Path, Kustomization]:
    """The kustomization of `directory` and all that it builds on within the boundary, by folder, itself first."""
    found: dict[Path, Kustomization] = {}
    waiting = [resolve(directory)]
    while waiting:
        folder = waiting.pop(0)
        one = read_kustomization(folder, reader) if folder not in found and boundary.holds(folder) else None
        if one:
            found[folder] = one
            waiting.extend(one.below())
    return found


def unreadable(directory: Path, found: Mapping[Path, Kustomization], boundary: Boundary) -> Iterator[Problem]:
    """The kustomizations of a graph that were not read, so that nobody knows what they would fetch or follow."""
    folders = [resolve(directory), *(folder for one in found.values() for folder in one.below())]
    for folder in dict.fromkeys(folders):
        if folder not in found and boundary.holds(folder):
            name = next((name for name in NAMES if _is_file(folder / name)), NAMES[0])
            message = "is no kustomization that can be read (a YAML mapping in UTF-8, up to 4 MB): nothing was built"
            yield Problem(boundary.label(folder / name), 0, 0, KIND, message, "correct it, or leave it out")


def refusals(one: Kustomization, boundary: Boundary, reader: Reader, *, plugins: bool) -> Iterator[Problem]:
    """Why `one` must not be built: what it would fetch, follow out of the root, or run."""
    if not boundary.holds(one.file):
        message = f"the kustomization leaves {boundary.root}: it is not followed, and nothing was built"
        yield problem(one, (), message, "scan the folder that holds both, or run Seawall there", boundary)
    for at, name in _respelt(one.tree):
        message = f"{at[-1]} is read as {name} whatever its case, which no other reader does: nothing was built"
        yield problem(one, at, message, f"write {name}", boundary)
    for reference in one.references:
        message, hint = _refused(one, reference, boundary, reader)
        if message:
            yield problem(one, reference.at, message, hint, boundary)
    for field in _CONFIGURED:
        for inline in (entry for entry in _named(one.tree, (field,)) if "\n" in entry.target):
            for found in _fetched(reader.read(inline.target)):
                yield problem(one, inline.at, *_fetching(f"the configuration in {field}", found), boundary)
    for field in _HELM:
        if one.tree.get(field) and not plugins:
            message = f"{field} needs Helm run as a plugin, and plugins were not asked for: nothing was built"
            yield problem(one, (field,), message, "scan the chart itself, or what your own build prints", boundary)


def problem(one: Kustomization, at: Steps, message: str, hint: str, boundary: Boundary) -> Problem:
    """A Problem at a place of a kustomization."""
    span, _ = one.text.locate(at)
    return Problem(boundary.label(one.file), span.line, span.column, KIND, message, hint)


def _refused(one: Kustomization, reference: Reference, boundary: Boundary, reader: Reader) -> tuple[str, str]:
    field, target = str(reference.at[0]), reference.target
    if is_remote(target):
        return _fetching(field, target)
    file = named_by(one.directory, target)
    if not boundary.holds(file):
        return (
            f"{field} names {target!r}, which leaves {boundary.root}: it is not followed, and nothing was built",
            "scan the folder that holds both, or run Seawall there",
        )
    if field in _CONFIGURED:
        for found in _fetched(read_text(file, reader)):
            return _fetching(f"{target!r} of {field}", found)
    return "", ""


def _fetching(who: str, target: str) -> tuple[str, str]:
    return (
        f"{who} names {target!r}, which is remote: nothing is fetched, and nothing was built",
        "keep a copy below the scanned folder and refer to that",
    )


def _fetched(texts: Sequence[Text | Broken]) -> Iterator[str]:
    """The remote paths in the configuration of plugins."""
    for text in texts:
        if not isinstance(text, Broken) and isinstance(text.value, dict):
            for key in _PLUGIN_PATHS:
                yield from (one.target for one in _named(text.value, (key,)) if is_remote(one.target))


def _files(folder: Path, one: Kustomization | None) -> Iterator[Path]:
    yield from (resolve(folder / name) for name in NAMES)
    for reference in one.references if one else ():
        if not is_remote(reference.target):
            file = named_by(folder, reference.target)
            if _is_file(file):
                yield file


def _references(tree: Mapping[str, Any]) -> Iterator[Reference]:
    """Every path that a kustomization names."""
    for field in _LISTS:
        # These lists take whole YAML documents too.
        yield from (one for one in _named(tree, (field,)) if "\n" not in one.target and ": " not in one.target)
    for field, keys in _INSIDE.items():
        for index, item in enumerate(_list(tree.get(field))):
            for key in keys:
                yield from (Reference((field, index, *one.at), one.target) for one in _named(item, (key,)))
    yield from (Reference(("openapi", *one.at), one.target) for one in _named(tree.get("openapi"), ("path",)))
    for field in _GENERATORS:
        for index, item in enumerate(_list(tree.get(field))):
            for one in (one for key in ("files", "envs", "env") for one in _named(item, (key,))):
                yield Reference((field, index, *one.at), one.target.partition("=")[2] or one.target)


def _respelt(tree: Mapping[str, Any]) -> Iterator[tuple[Steps, str]]:
    """The fields that only Kustomize knows for ones that hold paths, and what it takes them for."""
    top, below = _SPELT
    entries = [((field,), index) for field in (*_INSIDE, *_GENERATORS) for index in range(len(_list(tree.get(field))))]
    parts: list[tuple[Steps, Any, Mapping[str, str]]] = [((), tree, top), (("openapi",), tree.get("openapi"), below)]
    parts += [((*at, index), tree[at[0]][index], below) for at, index in entries]
    for at, part, names in parts:
        for key in part if isinstance(part, dict) else ():
            name = names.get(str(key).casefold(), key)
            if name != key:
                yield (*at, key), name


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _named(tree: Any, at: Steps) -> Iterator[Reference]:
    """The string, or the strings of the list, at the one key `at` of a mapping."""
    value = tree.get(at[0]) if isinstance(tree, dict) else None
    if isinstance(value, str) and "\0" not in value:
        yield Reference(at, value)
    for index, item in enumerate(_list(value)):
        if isinstance(item, str) and "\0" not in item:
            yield Reference((*at, index), item)
