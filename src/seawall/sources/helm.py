"""Helm charts: rendered as Helm renders them, each object knowing the template it came from.

A chart's templates are never read as plain YAML: the chart is rendered by the `helm` program, or without it by the
binding of the extra `helm`, in a limited process without network. What cannot be rendered is one Problem
with Helm's own message.
"""

from __future__ import annotations

import contextlib
import importlib.util
import itertools
import json
import re
import shlex
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seawall.core import Document, Origin, Problem, Text, Unknown
from seawall.sources import process
from seawall.sources.discreet import assigned, without_credentials
from seawall.sources.helm_files import CHART_FILE, Chart, ChartError, read_chart
from seawall.sources.process import Completed, Stopped, shorten
from seawall.sources.rendered import Reader, Rendered, RenderOptions, Template
from seawall.yamltext import Broken

KIND: Final = "helm"
"""The kind of every Problem of this module, but for those that only say that there was nothing to judge."""
NOTE: Final = "helm-note"
"""The kind of a Problem that is no fault: a library chart, a chart that renders nothing."""
_LARGEST_VALUES: Final = 4 << 20
"""Bytes of a values file that is looked through for credentials."""
_WORKER: Final = Path(__file__).with_name("helm_worker.py")
_PLACE: Final = re.compile(r"(?P<source>[\w.-]+(?:/[\w.-]+)+)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")
_SOURCE: Final = re.compile(r"^---\n# Source: (.+)\n", re.MULTILINE)
_SPLIT: Final = re.compile(r"^---(?=\s|$)", re.MULTILINE)

_HOOKS: Final = frozenset(
    {f"{when}-{what}" for when in ("pre", "post") for what in ("install", "delete", "upgrade", "rollback")}
    | {"test", "test-success"}
)
"""Source: https://helm.sh/docs/topics/charts_hooks/; `test-success` is Helm 2's name for `test`."""


class Piece(msgspec.Struct, frozen=True):
    """What one template, or one of its documents, was rendered to."""

    source: str
    """The template as Helm calls it: chart name, then the path below the chart."""
    text: str


def is_chart(directory: Path) -> bool:
    """Whether a directory is a chart: all below it is the chart's, and none of it is plain YAML."""
    return (directory / CHART_FILE).is_file()


def is_chart_archive(file: Path) -> bool:
    """Whether a file is named like a packaged chart; whether it is one shows when it is rendered."""
    return file.suffix == ".tgz" and file.is_file()


def render_chart(path: Path, root: Path, options: RenderOptions, reader: Reader) -> Iterator[Document | Problem]:
    """The objects of the chart at `path` (a directory or a `.tgz`), or the one Problem that says why there are none.

    `path` is as the user would type it and lies below `root`. Renders twice where a template calls functions that
    answer differently each time; what differs is `Unknown`.
    """
    try:
        _refuse_outside(path, root)
        chart = read_chart(path, lambda text: _tree(reader, text))
        if chart.library:
            yield Problem(
                _chart_file(path), 0, 0, NOTE, f"{chart.name} is a library chart: it has no objects of its own"
            )
            return
        renderer = _Renderer(path, options)
        pieces = renderer.render()
        again = renderer.render_later(chart.changing) if chart.changing else None
    except ChartError as error:
        yield Problem(error.file, 0, 0, KIND, error.message, error.hint)
    except _RenderError as error:
        message = without_credentials(error.message, _given(path, options, reader), chart.names)
        yield _problem(_RenderError(message, error.hint), path, chart)
    else:
        yield from _Reading(path, chart, options, reader).documents(pieces, again)


def _refuse_outside(path: Path, root: Path) -> None:
    if not path.resolve().is_relative_to(root.resolve()):
        raise ChartError(str(path), f"{path} leaves {root}: it is not read", "scan the chart's own folder")


def _given(path: Path, options: RenderOptions, reader: Reader) -> Iterator[Any]:
    """The values that the chart was rendered with, as far as they can be read."""
    yield assigned(options.set_values)
    for file in (path / "values.yaml", *map(Path, options.values)):
        with contextlib.suppress(OSError):
            if file.is_file() and file.stat().st_size <= _LARGEST_VALUES:
                yield _tree(reader, file.read_text("utf-8", "replace"))


def _tree(reader: Reader, text: str) -> Any:
    found = next(iter(reader.read(text)), None)
    return None if found is None or isinstance(found, Broken) else found.value


def _chart_file(path: Path) -> str:
    return str(path / CHART_FILE) if path.is_dir() else str(path)


class _RenderError(Exception):
    """A render that failed; the message is the renderer's own."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class _Renderer:
    """Renders one chart, with the program or with the binding."""

    def __init__(self, path: Path, options: RenderOptions) -> None:
        self._path = path
        self._options = options
        self._values = [self._values_file(name) for name in options.values]

    def render(self) -> list[Piece]:
        """Everything that the chart makes, in Helm's order."""
        program = process.find_program("helm")
        if program:
            return _pieces(self._run([program, *self._arguments()]).stdout)
        site = _binding()
        if site is None:
            raise _RenderError(
                "the chart is not rendered: there is no `helm` on PATH and no binding",
                "install helm (https://helm.sh/docs/intro/install/), or `pip install '.[helm]'` in Seawall's checkout",
            )
        return self._with_binding(site)

    def render_later(self, changing: frozenset[str]) -> list[Piece]:
        """Another render, in another second where a template asks for the time."""
        if "now" in changing:
            time.sleep(1)
        return self.render()

    def _values_file(self, name: str) -> Path:
        # Helm would fetch a URL.
        if "://" in name:
            raise _RenderError(f"values file {name!r} is remote: it is not fetched", "download it and name the copy")
        file = Path(name)
        if not file.is_file():
            raise _RenderError(f"values file {name!r} does not exist", "name a file that is there with --values")
        return file.resolve()

    def _arguments(self) -> list[str]:
        options = self._options
        arguments = ["template", "--include-crds", f"--namespace={options.namespace or 'default'}"]
        arguments += [f"--values={file}" for file in self._values]
        arguments += [f"--set={assignment}" for assignment in options.set_values]
        if options.kube_version:
            arguments.append(f"--kube-version={options.kube_version}")
        return [*arguments, "--", options.release, str(self._path.resolve())]

    def _with_binding(self, site: Path) -> list[Piece]:
        request = {
            "site": str(site),
            "chart": str(self._path.resolve()),
            "values": [file.read_text("utf-8", "replace") for file in self._values],
            "set_values": self._options.set_values,
            "release": self._options.release,
            "namespace": self._options.namespace or "default",
            "kube_version": self._options.kube_version,
        }
        done = self._run([sys.executable, "-I", "-S", str(_WORKER)], json.dumps(request).encode())
        try:
            answer = json.loads(done.stdout)
        except ValueError:
            raise _RenderError("the binding answers what is not JSON", "install the `helm` program instead") from None
        if "error" in answer:
            raise _RenderError(shorten(" ".join(answer["error"].split())))
        return [Piece(source, text) for source, whole in answer["pieces"] for text in _SPLIT.split(whole)]

    def _run(self, argv: Sequence[str], stdin: bytes = b"") -> Completed:
        done = process.run(argv, stdin=stdin, limits=self._options.limits)
        if done.ok:
            return done
        if done.stopped:
            raise _RenderError(*_stopped(done.stopped, self._options))
        if done.code < 0:
            raise _RenderError(f"the chart aborts the renderer (signal {-done.code})")
        raise _RenderError(_own_words(done.stderr) or f"helm ended with exit code {done.code} and said nothing")


def _binding() -> Path | None:
    """The folder that holds the binding, or None."""
    spec = importlib.util.find_spec("helm_python")
    return Path(spec.origin).parent.parent if spec and spec.origin else None


def _stopped(stopped: Stopped, options: RenderOptions) -> tuple[str, str]:
    """What to say, and to do, about a render that hit a cap."""
    limits = options.limits
    what = {
        Stopped.TIMEOUT: f"rendering takes longer than {limits.timeout:g} s",
        Stopped.OUTPUT: f"the chart renders to more than {limits.max_output} bytes",
        Stopped.MEMORY: f"rendering needs more than {limits.memory} bytes of memory",
    }
    return (
        f"{what[stopped]}: it was ended",
        "look for a template that never ends, or render it yourself and scan the output",
    )


def _own_words(stderr: str) -> str:
    """Helm's message without its warnings, its label and the advice to run it with other flags."""
    lines = [line.rstrip() for line in stderr.strip().splitlines() if not line.startswith(("WARNING:", "walk.go:"))]
    first = next((number for number, line in enumerate(lines) if line.startswith("Error:")), 0)
    kept = (line for line in lines[first:] if line and not line.startswith("Use --debug flag"))
    return shorten(" ".join(kept).removeprefix("Error: "))


def _pieces(stdout: str) -> list[Piece]:
    """Helm's output cut where it says which template comes next; a template's own `# Source:` stands lower."""
    head, *parts = _SOURCE.split(stdout)
    if head.strip() and not parts:
        raise _RenderError("helm printed something else than templates", "look at what `helm` on your PATH is")
    return [
        Piece(source, text)
        for source, whole in zip(parts[::2], parts[1::2], strict=True)
        for text in _SPLIT.split(whole)
    ]


def _problem(error: _RenderError, path: Path, chart: Chart) -> Problem:
    """The one Problem of a failed render, at the template's line where Helm's message names one."""
    hint = error.hint or _hint(error.message, path)
    for match in _PLACE.finditer(error.message):
        template = chart.template(match["source"])
        if template:
            # Go's templates count columns from 0.
            column = int(match["column"]) + 1 if match["column"] else 0
            return Problem(template.file, int(match["line"] or 0), column, KIND, error.message, hint)
    return Problem(_chart_file(path), 0, 0, KIND, error.message, hint)


def _hint(message: str, path: Path) -> str:
    quoted = shlex.quote(str(path))
    if "missing in charts/" in message:
        return f"run `helm dependency build {quoted}` and scan again"
    if "kubeVersion" in message:
        return "name a version that it takes with --kube-version, or leave it out with --exclude"
    if any(sign in message for sign in ("execution error at", "schema", "nil pointer", "error calling")):
        return "give the values it needs with --values FILE or --set KEY=VALUE"
    return f"see `helm template {quoted}`"


class _Reading:
    """Makes documents of what one chart rendered to."""

    def __init__(self, path: Path, chart: Chart, options: RenderOptions, reader: Reader) -> None:
        release = f"{chart.name} {chart.meta.get('version', '')}, release {options.release}".replace(" ,", ",")
        self._origin = Origin("chart", _chart_file(path), release)
        self._chart = chart
        self._reader = reader
        self._path = path
        self._templates: dict[str, Template | None] = {}
        self._namespace = options.namespace

    def documents(self, pieces: list[Piece], again: list[Piece] | None) -> Iterator[Document | Problem]:
        """One document an object; `again` is what a second render gave, None where one tells all."""
        nothing = True
        for piece, other in zip(pieces, _paired(pieces, again), strict=True):
            for text in self._reader.read(piece.text):
                if isinstance(text, Broken):
                    yield self._broken(piece, f"what is not YAML: {text.message}")
                elif isinstance(text.value, dict) and not _unheard_of_hook(text.value):
                    nothing = False
                    value = text.value if again is None else self._unsettled(text.value, other)
                    yield self._document(piece, text, value)
                elif isinstance(text.value, str | int | float | list):
                    yield self._broken(piece, f"what is no object but a {type(text.value).__name__}")
        if nothing:
            hint = "if it should make some, give it values with --values FILE or --set KEY=VALUE"
            message = f"{self._chart.name} makes no objects with these values"
            yield Problem(_chart_file(self._path), 0, 0, NOTE, message, hint)

    def _unsettled(self, value: Any, other: Piece | None) -> Any:
        """`value` with what the other render says differently unknown; its kind is kept where there is no other."""
        if other is not None:
            return unsettled(value, _tree(self._reader, other.text))
        kept = ("apiVersion", "kind")
        return {key: value[key] if key in kept else _ANEW for key in value} if isinstance(value, dict) else _ANEW

    def _document(self, piece: Piece, text: Text, value: Any) -> Document:
        template = self._template(piece)
        file = template.file if template else self._origin.file
        origin = (self._origin, Origin("template", file))
        return Document(
            file, Rendered(text, value, template, file), origin, self._namespace or "default", not self._namespace
        )

    def _broken(self, piece: Piece, what: str) -> Problem:
        template = self._template(piece)
        message = f"the chart renders to {what}"
        return Problem(
            template.file if template else self._origin.file, 0, 0, KIND, message, _hint(message, self._path)
        )

    def _template(self, piece: Piece) -> Template | None:
        if piece.source not in self._templates:
            self._templates[piece.source] = self._chart.template(piece.source)
        return self._templates[piece.source]


def _unheard_of_hook(value: dict[str, Any]) -> bool:
    """Whether the object waits for an event that Helm does not have: it is never installed, and `helm` hides it."""
    metadata = value.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    events = annotations.get("helm.sh/hook") if isinstance(annotations, dict) else None
    return isinstance(events, str) and not _HOOKS.issuperset(event.strip().lower() for event in events.split(","))


def _paired(pieces: list[Piece], again: list[Piece] | None) -> list[Piece | None]:
    """For each piece the same one of another render; None where its template made another number of them."""
    first, second = _by_source(pieces), _by_source(again or [])
    order = {source: iter(second.get(source, ())) for source in first}
    paired = {source: len(first[source]) == len(second.get(source, ())) for source in first}
    return [next(order[piece.source]) if paired[piece.source] else None for piece in pieces]


def _by_source(pieces: list[Piece]) -> dict[str, list[Piece]]:
    grouped: dict[str, list[Piece]] = {}
    for piece in pieces:
        grouped.setdefault(piece.source, []).append(piece)
    return grouped


# Its text is not the value: that may be a generated password.
_WHY: Final = "the chart renders it differently each time"
_ANEW: Final = Unknown("a value made anew", _WHY)


def unsettled(one: Any, two: Any) -> Any:
    """`one` with `Unknown` wherever another render of the same object, `two`, says something else."""
    if isinstance(one, dict) and isinstance(two, dict):
        both = {key: unsettled(one[key], two[key]) if key in one and key in two else _ANEW for key in one | two}
        if both.get("name") is _ANEW:
            both["name"] = _named_anew(one.get("name"), two.get("name"))
        return both
    if isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        return [unsettled(mine, theirs) for mine, theirs in zip(one, two, strict=True)]
    return one if type(one) is type(two) and one == two else _ANEW


def _named_anew(one: object, two: object) -> Unknown:
    """A name keeps what both have in front of their last common dash: people tell objects apart by it."""
    if not (isinstance(one, str) and isinstance(two, str)):
        return _ANEW
    pairs = zip(one.split("-"), two.split("-"), strict=False)
    stem = "".join(f"{mine}-" for mine, _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs))
    return Unknown(f"{stem}<random>", _WHY) if stem else _ANEW
