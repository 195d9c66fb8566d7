"""Kustomize: overlays built as they are deployed, each object knowing its file and what changed it.

`kustomize` or `kubectl kustomize` does the building, in a limited process without network. Everything remote is
refused before it runs, resources and patches alike, and plugins run only where they were asked for.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

from seawall.core import Document, Origin, Precision, Problem, Text
from seawall.core import Path as Steps
from seawall.sources import process
from seawall.sources.kustomize_files import (
    KIND,
    Boundary,
    Kustomization,
    Layout,
    graph,
    is_kustomization,
    is_remote,
    kustomizations,
    named_by,
    read_text,
    refusals,
    resolve,
    unreadable,
)
from seawall.sources.kustomize_places import Built, Change, Part, Source, identity
from seawall.sources.process import Completed, Stopped, shorten
from seawall.sources.rendered import Reader, RenderOptions
from seawall.yamltext import Broken

__all__ = ["Layout", "build_kustomization", "is_kustomization", "kustomizations"]

_ORIGIN: Final = "config.kubernetes.io/origin"
_TRANSFORMED: Final = "alpha.config.kubernetes.io/transformations"
_RECURSED: Final = re.compile(r"recursed accumulation of path '[^']*': ")
_LOGGED: Final = re.compile(r'^[EF]\d{4} \S+ \d+ \S+\] "command failed" err="(.*)"$')
_PAIRS: Final = re.compile(r"(loading KV pairs: (?:literal sources|env source files: \[[^\]]*\])).*")
"""Behind it stands what a generator was given, which is often a password."""
_USUAL: Final = re.compile(r"[\w*-]*$")
_FIELDS: Final = (
    "commonLabels",
    "commonAnnotations",
    "labels",
    "namespace",
    "namePrefix",
    "nameSuffix",
    "images",
    "replicas",
)
_PATCHES: Final = ("patches", "patchesStrategicMerge", "patchesJson6902")


def build_kustomization(
    directory: Path, root: Path, options: RenderOptions, reader: Reader
) -> Iterator[Document | Problem]:
    """The objects that the kustomization in `directory` deploys, or Problems that say why there are none.

    `directory` lies below `root`, which nothing it refers to may leave; both are as the user would type them.
    """
    boundary = Boundary(root)
    kustomizations = graph(directory, boundary, reader)
    refused = [
        *unreadable(directory, kustomizations, boundary),
        *(
            problem
            for one in kustomizations.values()
            for problem in refusals(one, boundary, reader, plugins=options.plugins)
        ),
    ]
    if refused:
        yield from refused
        return
    try:
        with tempfile.TemporaryDirectory(prefix="seawall-") as folder:
            wrapper = resolve(Path(folder))
            stdout = _build(directory, wrapper, options)
            reading = _Reading(kustomizations, boundary, wrapper, reader)
    except _BuildError as error:
        yield Problem(_label(directory, kustomizations, boundary), 0, 0, KIND, error.message, error.hint)
    else:
        yield from reading.documents(stdout)


def _label(directory: Path, kustomizations: Mapping[Path, Kustomization], boundary: Boundary) -> str:
    one = kustomizations.get(resolve(directory))
    return boundary.label(one.file) if one else str(directory)


class _BuildError(Exception):
    """A build that failed; the message is Kustomize's own."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


def _build(directory: Path, wrapper: Path, options: RenderOptions) -> str:
    """What Kustomize prints for `directory`, asked through `wrapper` to say where everything comes from."""
    program = process.find_program("kustomize", "kubectl")
    if program is None:
        raise _BuildError(
            "is not built: neither `kustomize` nor `kubectl` is on PATH; its resources are judged without its patches",
            "install kustomize (https://kubectl.docs.kubernetes.io/installation/kustomize/) or kubectl",
        )
    target = os.path.relpath(resolve(directory), wrapper)
    if is_remote(target):
        raise _BuildError(f"kustomize would take the path {target!r} for a repository", "rename the folder")
    asked = {"resources": [target], "buildMetadata": ["originAnnotations", "transformerAnnotations"]}
    (wrapper / "kustomization.yaml").write_text(json.dumps(asked), "utf-8")
    done = _run(program, wrapper, options)
    # Before v4.5 there was no such field; the objects are then known without their files.
    if not done.ok and "buildMetadata" in done.stderr:
        done = _run(program, resolve(directory), options)
    if not done.ok:
        raise _BuildError(*_failure(done, directory, options))
    return done.stdout


def _run(program: str, directory: Path, options: RenderOptions) -> Completed:
    verb = "kustomize" if Path(program).name == "kubectl" else "build"
    plugins = ["--enable-helm", "--enable-alpha-plugins"] if options.plugins else []
    return process.run([program, verb, *plugins, str(directory)], limits=options.limits)


def _failure(done: Completed, directory: Path, options: RenderOptions) -> tuple[str, str]:
    limits = options.limits
    what = {
        Stopped.TIMEOUT: f"building takes longer than {limits.timeout:g} s: it was ended",
        Stopped.OUTPUT: f"the kustomization builds to more than {limits.max_output} bytes: it was ended",
        Stopped.MEMORY: f"building needs more than {limits.memory} bytes of memory: it was ended",
    }
    if done.stopped:
        return what[done.stopped], "build it yourself and scan the output"
    # The wrapper's own part of the story is nobody's business, nor is the logger of some kubectl builds.
    words = _RECURSED.split(_LOGGED.sub(r"\1", " ".join(done.stderr.split())))[-1]
    words = _PAIRS.sub(r"\1: it is no list of KEY=VALUE", words.removeprefix("Error: ").removeprefix("error: "))
    hint = (
        "Seawall runs no plugins: build it yourself and scan the output"
        if "plugin" in words
        else f"see `kubectl kustomize {shlex.quote(str(directory))}`"
    )
    return shorten(words) or f"kustomize ended with exit code {done.code} and said nothing", hint


class _Reading:
    """Makes documents of what one kustomization was built to."""

    def __init__(
        self, kustomizations: Mapping[Path, Kustomization], boundary: Boundary, wrapper: Path, reader: Reader
    ) -> None:
        self._kustomizations = kustomizations
        self._top = next(iter(kustomizations.values()))
        self._boundary = boundary
        self._wrapper = wrapper
        self._reader = reader
        self._texts: dict[Path, list[Text]] = {}
        self._changed: dict[Path, list[tuple[Change, Mapping[str, Any]]]] = {}

    def documents(self, stdout: str) -> Iterator[Document | Problem]:
        """One document an object."""
        for text in self._reader.read(stdout):
            if isinstance(text, Broken):
                message = f"kustomize printed what is not YAML: {text.message}"
                yield Problem(self._boundary.label(self._top.file), 0, 0, KIND, message)
            elif text.value is not None:
                yield self._document(text)

    def _document(self, text: Text) -> Document:
        value, notes = _without_notes(text.value)
        origin = self._annotation(notes.get(_ORIGIN))
        transformed = self._annotation(notes.get(_TRANSFORMED))
        owner = self._path(origin.get("path") or origin.get("configuredIn")) if isinstance(origin, dict) else None
        own, original = self._own(owner, value)
        touched = self._touched(transformed)
        changes = [
            change
            for one in touched
            for change, target in self._changes(one)
            if _applies(change, target, value, original)
        ]
        return Document(own.file, Built(text, value, own, original, changes), self._origins(own, touched, changes))

    def _annotation(self, note: str | None) -> Any:
        first = next(iter(self._reader.read(note or "")), None)
        return None if first is None or isinstance(first, Broken) else first.value

    def _path(self, relative: Any) -> Path | None:
        return resolve(self._wrapper / str(relative)) if relative else None

    def _own(self, file: Path | None, value: Any) -> tuple[Source, Any]:
        """Where the object comes from, and what it says there: None where it was generated, or is not found."""
        one = self._kustomizations.get(file.parent) if file else None
        if file and one and one.file == file:
            return _generator(one, self._boundary.label(file), value), None
        for resource in [file] if file else self._resources():
            found = _original(self._documents_of(resource), value)
            if found:
                return Source(self._boundary.label(resource), found), found.value
        texts = self._documents_of(file) if file else []
        named_file, text = (file, texts[0]) if file and texts else (self._top.file, self._top.text)
        return Source(self._boundary.label(named_file), text, precision=Precision.DOCUMENT), None

    def _resources(self) -> Iterator[Path]:
        """The files that may hold objects, for a Kustomize that does not say which one does."""
        for one in self._kustomizations.values():
            yield from (named_by(one.directory, ref.target) for ref in one.references if ref.at[0] == "resources")

    def _documents_of(self, file: Path) -> list[Text]:
        if file not in self._texts:
            read = read_text(file, self._reader) if self._boundary.holds(file) else ()
            self._texts[file] = [text for text in read if not isinstance(text, Broken)]
        return self._texts[file]

    def _touched(self, transformed: Any) -> list[Kustomization]:
        """The kustomizations that changed the object, in order; all of them where Kustomize does not say."""
        by_file = {one.file: one for one in self._kustomizations.values()}
        if not isinstance(transformed, list):
            return list(reversed(by_file.values()))
        files = [self._path(item.get("configuredIn")) for item in transformed if isinstance(item, dict)]
        return [by_file[file] for file in dict.fromkeys(files) if file in by_file]

    def _changes(self, one: Kustomization) -> list[tuple[Change, Mapping[str, Any]]]:
        """The patches and fields of a kustomization in the order of their work, each with its target."""
        if one.file not in self._changed:
            self._changed[one.file] = [*self._patches(one), *self._fields(one)]
        return self._changed[one.file]

    def _patches(self, one: Kustomization) -> Iterator[tuple[Change, Mapping[str, Any]]]:
        for field in _PATCHES:
            entries = one.tree.get(field)
            for index, entry in enumerate(entries if isinstance(entries, list) else ()):
                target = entry.get("target") if isinstance(entry, dict) else None
                for source in self._patch_sources(one, (field, index), entry):
                    kind = "json" if isinstance(source.text.value, list) else "merge"
                    yield Change(source, kind, source.text.value), target if isinstance(target, dict) else {}

    def _patch_sources(self, one: Kustomization, at: Steps, entry: Any) -> Iterator[Source]:
        """The documents of a patch: in a file, or written into the kustomization."""
        if isinstance(entry, dict):
            path, inline, at = entry.get("path"), entry.get("patch"), (*at, "patch")
        else:
            path, inline = (None, entry) if "\n" in str(entry) else (entry, None)
        if path:
            file = named_by(one.directory, str(path))
            yield from (Source(self._boundary.label(file), text) for text in self._documents_of(file))
        elif isinstance(inline, str):
            for text in self._reader.read(inline):
                if not isinstance(text, Broken):
                    yield Source(self._boundary.label(one.file), text, (one.text, at))

    def _fields(self, one: Kustomization) -> Iterator[tuple[Change, Mapping[str, Any]]]:
        source = Source(self._boundary.label(one.file), one.text)
        for field in _FIELDS:
            if field in one.tree:
                yield Change(source, field, one.tree[field], (field,)), {}

    def _origins(self, own: Source, touched: list[Kustomization], changes: list[Change]) -> tuple[Origin, ...]:
        top = self._boundary.label(self._top.file)
        found = [Origin("overlay", top)]
        found += [Origin("base", self._boundary.label(one.file)) for one in touched if one is not self._top]
        found.append(Origin("generator" if own.generated else "resource", own.file))
        found += [Origin("patch", change.source.file) for change in changes if not change.at]
        return tuple(dict.fromkeys(found))


def _without_notes(value: Any) -> tuple[Any, dict[str, str]]:
    """The object without what Kustomize was asked to write into it, and that."""
    annotations = value.get("metadata", {}).get("annotations") if isinstance(value, dict) else None
    if not isinstance(annotations, dict):
        return value, {}
    notes = {key: str(annotations[key]) for key in (_ORIGIN, _TRANSFORMED) if key in annotations}
    kept = {key: said for key, said in annotations.items() if key not in notes}
    metadata = {key: said for key, said in value["metadata"].items() if key != "annotations"}
    return value | {"metadata": metadata | ({"annotations": kept} if kept else {})}, notes


def _original(texts: list[Text], value: Any) -> Text | None:
    """The object that `value` was built of: of its kind, with the longest name that its name holds."""
    kind, name, namespace = identity(value)
    alike = [
        (len(own_name), own_namespace == namespace, text)
        for text in (part for whole in texts for part in _objects(whole))
        for own_kind, own_name, own_namespace in (identity(text.value),)
        if own_kind == kind and own_name in name
    ]
    return max(alike, key=lambda found: found[:2])[2] if alike else None


def _objects(text: Text) -> Iterator[Text]:
    """The document, or what is in it if it is a list."""
    items = text.value.get("items") if isinstance(text.value, dict) else None
    if isinstance(items, list) and str(text.value.get("kind")).endswith("List"):
        yield from (Part(text, ("items", index)) for index in range(len(items)))
    else:
        yield text


def _generator(one: Kustomization, file: str, value: Any) -> Source:
    """The entry of a generator that made `value`, as a source whose only place that is."""
    name = identity(value)[1]
    for field in ("configMapGenerator", "secretGenerator"):
        entries = one.tree.get(field)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            if isinstance(entry, dict) and str(entry.get("name")) in name:
                return Source(file, Part(one.text, (field, index)), generated=True)
    return Source(file, one.text, generated=True)


def _applies(change: Change, target: Mapping[str, Any], value: Any, original: Any) -> bool:
    """Whether a change may be meant for the object: by its target, or by the patch's own kind and name."""
    if change.at:
        return True
    kind, name, _ = identity(value)
    first = identity(original)[1]
    if target:
        kinds, names = str(target.get("kind", ".*")), str(target.get("name", ".*"))
        return _selects(kinds, kind) and (_selects(names, name) or _selects(names, first))
    # On the way up an object's name only grows, by prefixes and suffixes.
    patched_kind, patched, _ = identity(change.content)
    return patched_kind == kind and first in patched and patched in name


def _selects(pattern: str, name: str) -> bool:
    """Whether a target's pattern may mean `name`.

    It is Go's kind of regular expression, which Python's engine can be made to chew on for ever: only the usual ones
    are read, and any other may mean everything.
    """
    alternatives = [one.replace(".*", "*") for one in pattern.split("|")]
    return not all(map(_USUAL.match, alternatives)) or any(fnmatchcase(name, one) for one in alternatives)
