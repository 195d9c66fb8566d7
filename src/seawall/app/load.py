"""Reads everything that was named into one inventory: manifests, charts, kustomizations, standard input."""

from __future__ import annotations

import functools
import os
import sys
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from seawall.app.config import FILE_NAME as SETTINGS
from seawall.app.incomplete import incomplete
from seawall.core import Document, Problem
from seawall.errors import UsageError
from seawall.inventory import Coverage, Inventory, Unread, collect, is_object
from seawall.model import NEWEST, KubeVersion
from seawall.sources.cluster.wanted import Wanted
from seawall.sources.files import File, Folder, Found, LeftOut, Other, decode, unwritable, walk, writable
from seawall.sources.ignore import Excluded
from seawall.sources.manifests import read_file, read_manifests
from seawall.sources.repository import repository
from seawall.sources.snapshot import file_is_snapshot, is_snapshot, read_snapshot
from seawall.yamltext import Reader

Progress = Callable[[str, int], None]
"""Called with what is being done and how many are done; must be cheap."""

CHART_FILE = "Chart.yaml"
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")


def no_progress(_what: str, _done: int) -> None:
    """Says nothing."""


MISSING: Final = "missing"
"""The kind of the problem that a path which was named is not there."""


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """What to read, and how charts and overlays are rendered."""

    paths: tuple[str, ...] = (".",)
    """Files, folders, charts, snapshots; `-` is standard input. Empty: only the cluster."""
    cluster: Wanted | None = None
    """The running cluster that is read, beside the paths or alone; None: none."""
    exclude: tuple[str, ...] = ()
    """Patterns in the form of `.gitignore`; they also hold for what a chart or an overlay builds."""
    whole: bool = False
    """The input is the whole cluster (`--estate`)."""
    kube_version: KubeVersion = NEWEST
    """The version that defaults, standards and charts go by."""
    version_said: bool = True
    """Whether somebody chose that version; if not, a running cluster's own counts."""
    values: tuple[str, ...] = ()
    set_values: tuple[str, ...] = ()
    release: str | None = None
    namespace: str | None = None
    """The namespace that charts are released to."""


def load(wanted: Input, progress: Progress = no_progress) -> Inventory:
    """Reads everything that was named; what cannot be read is a Problem of the inventory.

    Files and a cluster together are what the cluster would hold if the files were applied to it: of an object that is
    in both, the file's counts.
    """
    if wanted.cluster is None:
        return load_files(wanted, progress)
    from seawall.app.cluster import laid_over, load_cluster

    if not wanted.paths:
        return load_cluster(wanted.cluster, progress)
    return laid_over(*load_both(wanted, progress))


def load_both(wanted: Input, progress: Progress = no_progress) -> tuple[Inventory, Inventory]:
    """Reads the cluster and the paths, each by itself: (files, cluster); charts are rendered for its version."""
    from seawall.app.cluster import load_cluster

    assert wanted.cluster is not None
    live = load_cluster(wanted.cluster, progress)
    wanted = msgspec.structs.replace(wanted, kube_version=judged_version(wanted, live))
    return load_files(wanted, progress), live


def judged_version(wanted: Input, inventory: Inventory) -> KubeVersion:
    """The version to judge an inventory for: the one that was asked for, else the server's that it was read from."""
    if wanted.version_said or not inventory.server_version:
        return wanted.kube_version
    try:
        return KubeVersion.parse(inventory.server_version)
    except UsageError:
        return wanted.kube_version


def load_files(wanted: Input, progress: Progress = no_progress) -> Inventory:
    """Reads the paths alone."""
    loader = _Loader(wanted, progress)
    inventory = collect(loader.documents())
    seen = inventory.coverage
    documents = seen.documents + loader.unkept
    coverage = Coverage(loader.files, documents, seen.objects, loader.plain, tuple(loader.aside))
    return msgspec.structs.replace(
        inventory,
        coverage=coverage,
        whole=wanted.whole or loader.whole,
        read=frozenset(loader.read),
        unread=tuple(loader.unread),
        live=loader.live,
        server_version=loader.version,
    )


class _Loader:
    """One load: counts what goes by."""

    def __init__(self, wanted: Input, progress: Progress) -> None:
        self.wanted = wanted
        self.progress = progress
        self.reader = Reader()
        self.files = 0
        self.plain = 0
        self.charts = 0
        self.aside: list[tuple[str, str]] = []
        self.read: set[str] = set()
        """The names of the files that were read as they stand."""
        self.unkept = 0
        """Documents that snapshots counted and did not keep, since they hold no object."""
        self.whole = False
        """Whether a snapshot of a whole cluster is among what was read."""
        self.live = False
        """Whether one of what an API server gave is."""
        self.version = ""
        """The version that the first snapshot which says one is judged for."""
        self.unread: list[Unread] = []
        self.excluded = Excluded(wanted.exclude)
        self.unvisited: dict[str, list[str]] = {}
        """Why -> the names of what the walks left out."""
        self.left_out: Counter[str] = Counter()
        """Folder -> objects of excluded files that a chart or an overlay made all the same."""

    def documents(self) -> Iterator[Document | Problem]:
        seen: set[Path] = set()
        for name in self.wanted.paths:
            if name == "-":
                yield from self._stdin()
                continue
            root = Path(name)
            if not name or not root.exists():
                yield Problem(writable(name) or "''", 0, 0, MISSING, "does not exist", "Check the path")
                continue
            yield from self._root(root, name, seen)
        for folder, count in sorted(self.left_out.items()):
            objects = f"{count} object{'s'[: count != 1]} of excluded files in {folder or '.'}"
            self.aside.append((objects, "what a chart or an overlay builds of them is excluded too"))
        for why, names in self.unvisited.items():
            more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
            self.aside.append((names[0] + more, why))
        if (self.wanted.values or self.wanted.set_values) and not self.charts:
            self.aside.append(("the values given for charts", "no chart was read"))

    def _stdin(self) -> Iterator[Document | Problem]:
        data = sys.stdin.buffer.read()
        if is_snapshot(data):
            yield from self._snapshot(data, "-")
            return
        text = decode(data, "-")
        self.files += 1
        if isinstance(text, Problem):
            yield text
        else:
            yield from self._manifests(read_manifests(text, "-", self.reader, named=True))

    def _snapshot(self, source: Path | bytes, name: str) -> Iterator[Document | Problem]:
        """What reading the input gave of which the snapshot was made."""
        from seawall.app.stored import things_of, unread_of

        snapshot = read_snapshot(source, name)
        if isinstance(snapshot, Problem):
            self.files += 1
            yield snapshot
            return
        head, end = snapshot.head, snapshot.end
        self.files += end.files
        self.plain += end.not_kubernetes
        self.aside.extend(end.not_looked_at)
        self.read.update(end.read)
        self.unread.extend(unread_of(snapshot))
        self.whole = self.whole or head.whole
        self.live = self.live or head.live
        self.version = self.version or head.kube_version
        documents = 0
        for thing in things_of(snapshot):
            documents += isinstance(thing, Document)
            yield thing
        self.unkept += max(end.documents - documents, 0)

    def _root(self, root: Path, shown: str, seen: set[Path]) -> Iterator[Document | Problem]:
        if file_is_snapshot(root):
            if root.resolve() not in seen:
                seen.add(root.resolve())
                yield from self._snapshot(root, writable(shown))
            return
        found = list(walk(root, shown, exclude=self.wanted.exclude, claim=_is_chart))
        files = [thing.path for thing in found if isinstance(thing, File)]
        overlays = [file.parent for file in files if file.name in KUSTOMIZATIONS]
        consumed: frozenset[Path] = frozenset()
        if overlays:
            consumed = yield from self._overlays(overlays, root)
        for thing in found:
            if isinstance(thing, (File, Folder)):
                # One file named twice, directly and through its folder, is one file.
                path = thing.path.resolve() if len(self.wanted.paths) > 1 or consumed else thing.path
                if path in seen:
                    continue
                seen.add(path)
                if path in consumed:
                    self.files += 1
                    continue
            yield from self._read(thing, root)
            self.progress("reading", self.files)

    def _overlays(self, folders: Sequence[Path], root: Path) -> Generator[Document | Problem, None, frozenset[Path]]:
        """Gives what the overlays deploy; returns the files that are theirs and not to be read again."""
        from concurrent.futures import ThreadPoolExecutor

        from seawall.sources import process
        from seawall.sources.kustomize_files import kustomizations

        plan = kustomizations(folders, self.reader)
        boundary = _reach(root)
        top = boundary.resolve()
        with ThreadPoolExecutor(2) as pool:
            # The work is done by other processes: threads only wait, two of them keep both cores busy.
            for built in pool.map(functools.partial(_build, boundary), plan.leaves):
                yield from self._wanted(built, root)
                self.progress("building", self.files)
        for folder in plan.unused:
            self.aside.append((f"component {boundary / folder.relative_to(top)}", "no kustomization builds it"))
        if process.find_program("kustomize", "kubectl") is None:
            return plan.files - frozenset(plan.resources)
        return plan.files

    def _read(self, found: Found, root: Path) -> Iterator[Document | Problem]:
        match found:
            case Problem():
                yield found
            case LeftOut():
                self.unvisited.setdefault(found.why, []).append(found.name)
            case Other():
                self.plain += Path(found.name).name != SETTINGS
            case Folder():
                yield from self._chart(found, root)
            case File():
                yield from self._file(found)

    def _file(self, file: File) -> Iterator[Document | Problem]:
        self.files += 1
        self.read.add(file.name)
        yield from self._manifests(read_file(file, self.reader))

    def _manifests(self, things: Iterable[Document | Problem]) -> Iterator[Document | Problem]:
        """What a file holds, which counts as left alone when that is nothing."""
        held = own = False
        for thing in _refusing(things):
            if isinstance(thing, Problem) or is_object(thing.text.value):
                held = True
                yield thing
            else:
                own = own or _is_a_baseline(thing.text.value)
        self.files -= own and not held
        self.plain += not (held or own)

    def _chart(self, folder: Folder, root: Path) -> Iterator[Document | Problem]:
        from seawall.sources.helm import NOTE, render_chart
        from seawall.sources.rendered import RenderOptions

        self.files += 1
        self.charts += 1
        wanted = self.wanted
        options = RenderOptions(
            values=wanted.values,
            set_values=wanted.set_values,
            release=wanted.release or "release-name",
            namespace=wanted.namespace,
            kube_version=f"{wanted.kube_version}.0",
        )
        name = Path(folder.name)
        base = Path(root) if root.is_dir() else name.parent
        for thing in _refusing(render_chart(name, base, options, self.reader)):
            if isinstance(thing, Problem) and thing.kind == NOTE:
                self.aside.append((thing.file, thing.message))
            else:
                yield from self._wanted((thing,), root)

    def _wanted(self, made: Iterable[Document | Problem], root: Path) -> Iterator[Document | Problem]:
        """Less what stands in excluded files: a chart or an overlay that is read builds of them all the same."""
        if not self.wanted.exclude:
            yield from made
            return
        # Resolved: an overlay may name its files in another way than the root was named.
        top = root.resolve()
        for thing in made:
            name = Path(thing.file)
            file = name.parent.resolve() / name.name
            below = file.relative_to(top).as_posix() if file.is_relative_to(top) else ""
            if isinstance(thing, Document) and below and self.excluded.covers(below):
                self.left_out[name.parent.as_posix()] += 1
            else:
                yield thing


def _refusing(things: Iterable[Document | Problem]) -> Iterator[Document | Problem]:
    """With a Problem in place of each document that kubectl refuses for an object that does not say what it is."""
    for thing in things:
        yield (incomplete(thing) if isinstance(thing, Document) else None) or thing


def _build(boundary: Path, leaf: Path) -> list[Document | Problem]:
    from seawall.sources.kustomize import build_kustomization
    from seawall.sources.rendered import RenderOptions

    directory = boundary / leaf.relative_to(boundary.resolve())
    if problem := unwritable(str(directory), "a kustomization"):
        return [problem]
    return list(build_kustomization(directory, boundary, RenderOptions(), Reader()))


def _reach(root: Path) -> Path:
    """The folder that overlays may reach into: the git repository around the root, else the working directory.

    An overlay that is named alone still builds on the base beside it. A root outside of both reaches no further, nor
    does one that is scanned from `/`, where containers start: that would be every file there is.
    """
    folder = root if root.is_dir() else root.parent
    here, inner = Path.cwd(), folder.resolve()
    top = repository(inner)
    if top is not None:
        return top if root.is_absolute() else Path(os.path.relpath(top))
    if here == here.parent or not inner.is_relative_to(here):
        return folder
    return here if root.is_absolute() else Path()


def _is_a_baseline(value: object) -> bool:
    """Whether a document is what `seawall baseline` wrote, under whatever name."""
    return isinstance(value, dict) and value.get("tool") == "seawall"


def _is_chart(path: Path) -> bool:
    return path.suffix == ".tgz" or (path / CHART_FILE).is_file()
