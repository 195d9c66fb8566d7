"""A chart's own files: where a rendered object's template is, and what must not be rendered at all."""

from __future__ import annotations

import gzip
import io
import os
import re
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, Final, Protocol

import msgspec

from seawall.sources.rendered import Template

CHART_FILE: Final = "Chart.yaml"
_TEXTS: Final = ("templates/", "crds/")
_LARGEST: Final = 64 << 20
"""Bytes that a chart's files may have together, unpacked; Helm itself stops at 100 MB."""
_DEEPEST: Final = 8
"""How many charts may be nested; an archive can hold itself."""
_CHANGING: Final = re.compile(
    r"(?<![.$\w\"])(rand[A-Z]\w*|gen[A-Z]\w*|uuidv4|now|htpasswd|bcrypt|encryptAES|shuffle|derivePassword|keys|values)\b"
)
"""Template functions whose answer differs from one render to the next (Sprig's documentation, as of 2026)."""


class Yaml(Protocol):
    """Reads one YAML text as a tree; None where it is not one."""

    def __call__(self, text: str) -> Any:
        """The tree of the first document."""


class ChartError(Exception):
    """A chart that must not, or cannot, be rendered; `hint` says what to do."""

    def __init__(self, file: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.file = file
        self.message = message
        self.hint = hint


class Chart(msgspec.Struct, frozen=True):
    """A chart, its texts by path below it, and the charts vendored in it by the name that Helm's output gives them."""

    label: str
    """What stands before a file's path when a person is told of it; an archive's ends in `!`."""
    meta: Mapping[str, Any]
    texts: Mapping[str, str]
    charts: Mapping[str, Chart]

    @property
    def name(self) -> str:
        """Its name in Chart.yaml."""
        return str(self.meta.get("name", ""))

    @property
    def names(self) -> frozenset[str]:
        """Its own name and those of its dependencies, which stand in what Helm says of it."""
        return frozenset((self.name, *(name for pair in _dependencies(self.meta) for name in pair)))

    @property
    def library(self) -> bool:
        """Whether it only lends helpers to other charts and renders nothing."""
        return self.meta.get("type") == "library"

    @property
    def changing(self) -> frozenset[str]:
        """The functions its templates call that may answer differently each time."""
        own = frozenset(name for text in self.texts.values() for name in _calls(text))
        return own.union(*(chart.changing for chart in self.charts.values()))

    def template(self, source: str) -> Template | None:
        """The template that Helm calls `source`, such as `shop/charts/redis/templates/set.yaml`; None when unknown."""
        _, _, rest = source.partition("/")
        if rest in self.texts:
            return Template(f"{self.label}/{rest}", self.texts[rest])
        folder, _, below = rest.partition("/")
        inner = self.charts.get(below.partition("/")[0]) if folder == "charts" else None
        return inner.template(below) if inner else None


def _calls(text: str) -> Iterator[str]:
    """The functions of `_CHANGING` that a template calls; one pass, however many `{{` are left open."""
    for action in text.split("{{")[1:]:
        yield from _CHANGING.findall(action.partition("}}")[0])


def read_chart(path: Path, yaml: Yaml) -> Chart:
    """The chart in a directory or an archive; raises ChartError where it must not be rendered."""
    reader = _ChartReader(yaml)
    try:
        if path.is_file():
            return reader.chart(reader.unpack(reader.file(path), str(path)), f"{path}!")
        return reader.chart(reader.folder(path), str(path))
    except OSError as error:
        message = f"{error.filename or path} cannot be read: {error.strerror}"
        raise ChartError(str(path), message, "let Seawall read it, or leave it out of the chart") from None


class _ChartReader:
    """Reads one chart and all that is vendored in it, within one budget."""

    def __init__(self, yaml: Yaml) -> None:
        self._yaml = yaml
        self._room = _LARGEST

    def file(self, path: Path) -> bytes:
        """The content of a file, which has to fit into the budget."""
        self._take(path.stat().st_size, str(path))
        return path.read_bytes()

    def folder(self, root: Path) -> dict[str, bytes]:
        """The files below `root` by path; refuses links that leave it and files that are not regular."""
        boundary = os.path.realpath(root)
        files: dict[str, bytes] = {}
        for path in sorted(_walk(root)):
            # Not `Path.resolve`, which raises RuntimeError where links go in a circle.
            real = Path(os.path.realpath(path))
            if not real.is_relative_to(boundary):
                raise ChartError(
                    str(path),
                    f"{path} is a link that leaves the chart: the chart is not rendered",
                    "put a copy of the file into the chart in place of the link",
                )
            if real.is_dir():
                continue
            if not real.is_file():
                raise ChartError(str(path), f"{path} is not a regular file: the chart is not rendered", "remove it")
            files[path.relative_to(root).as_posix()] = self.file(real)
        return files

    def unpack(self, content: bytes, label: str) -> dict[str, bytes]:
        """The regular files of a chart archive by their path below its one top directory."""
        files: dict[str, bytes] = {}
        try:
            # Unpacked as a whole first: a tar header can claim any size, the budget holds for what is there.
            with gzip.GzipFile(fileobj=io.BytesIO(content)) as packed:
                plain = packed.read(self._room + 1)
            self._take(len(plain), label)
            with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
                for member in archive:
                    path = PurePosixPath(member.name)
                    if path.is_absolute() or ".." in path.parts or member.islnk() or member.issym():
                        message = f"{member.name!r} in the archive leaves the chart: the chart is not rendered"
                        raise ChartError(label, message, "make the archive with `helm package`")
                    file = archive.extractfile(member)
                    if file and len(path.parts) > 1:
                        files["/".join(path.parts[1:])] = file.read()
        except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
            reason = " ".join(str(error).split())
            raise ChartError(label, f"not a chart archive: {reason}", "make it with `helm package`") from None
        return files

    def chart(self, files: dict[str, bytes], label: str, depth: int = 0) -> Chart:
        """The chart that `files` are, with those in its `charts/`."""
        if depth > _DEEPEST:
            raise ChartError(label, f"charts are nested more than {_DEEPEST} deep: the chart is not rendered", "")
        meta = self._yaml(files.get(CHART_FILE, b"").decode("utf-8", "replace"))
        meta = meta if isinstance(meta, dict) else {}
        charts = {chart.name: chart for chart in self._vendored(files, label, depth + 1)}
        charts |= {alias: charts[name] for alias, name in _aliases(meta) if name in charts}
        texts = {name: files[name].decode("utf-8", "replace") for name in files if name.startswith(_TEXTS)}
        return Chart(label, meta, texts, charts)

    def _vendored(self, files: dict[str, bytes], label: str, depth: int) -> Iterator[Chart]:
        """The charts directly in `charts/`, as folders and as archives."""
        folders: dict[str, dict[str, bytes]] = {}
        for path, content in files.items():
            parts = path.split("/")
            if parts[0] != "charts" or len(parts) < 2 or parts[1].startswith((".", "_")):
                continue
            if len(parts) > 2:
                folders.setdefault(parts[1], {})["/".join(parts[2:])] = content
            elif path.endswith(".tgz"):
                inner = f"{label}/{path}"
                yield self.chart(self.unpack(content, inner), f"{inner}!", depth)
        for folder, below in folders.items():
            if CHART_FILE in below:
                yield self.chart(below, f"{label}/charts/{folder}", depth)

    def _take(self, size: int, label: str) -> None:
        self._room -= size
        if self._room < 0:
            raise ChartError(label, f"the chart unpacks to more than {_LARGEST >> 20} MB: it is not rendered", "")


def _walk(root: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(root):
        yield from (Path(folder, name) for name in files)
        yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())


def _aliases(meta: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Alias and name of the dependencies that are deployed under another name."""
    return ((alias, name) for alias, name in _dependencies(meta) if alias)


def _dependencies(meta: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Alias, or nothing, and name of each dependency."""
    found = meta.get("dependencies")
    for one in found if isinstance(found, list) else []:
        if isinstance(one, dict):
            yield str(one.get("alias") or ""), str(one.get("name"))
