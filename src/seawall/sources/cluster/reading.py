"""One pass over a cluster: who asks, what there is, all of it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Final

import msgspec

from seawall.core import Document, Problem
from seawall.core.objects import ObjectText
from seawall.errors import ConfigError
from seawall.sources.cluster.answers import FORBIDDEN, UNAUTHORIZED, UnansweredError
from seawall.sources.cluster.discovery import Broken, Discovered, decoded, discover
from seawall.sources.cluster.incluster import in_cluster
from seawall.sources.cluster.kinds import READ, SECRETS, Served
from seawall.sources.cluster.kubeconfig import find_kubeconfig
from seawall.sources.cluster.listing import Listed, Question, Tree, list_all
from seawall.sources.cluster.secrets import ONLY_METADATA, list_metadata
from seawall.sources.cluster.target import Target
from seawall.sources.cluster.transport import Pace, Transport
from seawall.sources.cluster.wanted import UNREACHED, Gap, Live, Progress, Wanted

_NAME: Final = "cluster"
_NAMED: Final = 6
_NOTHING_LOOKS: Final = "nothing looks at them: records, and what controllers and nodes keep for themselves"


def find_target(wanted: Wanted, environ: Mapping[str, str]) -> Target:
    """The server that is meant: a kubeconfig's context, else the cluster that this program runs in.

    Raises:
        ConfigError: neither is there, or it says something that cannot be meant.
    """
    config = find_kubeconfig(wanted.kubeconfig, environ)
    if config is not None and (config.contexts or wanted.context or wanted.kubeconfig):
        return config.target(wanted.context)
    inside = in_cluster(environ)
    if inside is None:
        message = "there is no kubeconfig, and this is no pod with an account of a cluster"
        raise ConfigError(message, "Name one by --kubeconfig or KUBECONFIG")
    if wanted.context is not None:
        raise ConfigError(f"there is no context '{wanted.context}': there is no kubeconfig", "Leave out --context")
    return inside


def read_cluster(wanted: Wanted, environ: Mapping[str, str], progress: Progress, pace: Pace | None = None) -> Live:
    """All that a cluster holds of what Seawall has use for; a cluster that cannot be read at all is one Problem.

    Raises:
        UsageError: nobody can be asked as things stand: no kubeconfig, no such context, no httpx.
    """
    target = find_target(wanted, environ)
    pace = pace or Pace(qps=wanted.qps)
    try:
        with Transport(target, pace, environ) as transport, _workers(transport, pace) as pool:
            version = _version(transport)
            found = discover(transport.get, pool)
            live = _Reading(transport, wanted, target, found).run(pool, progress)
    except UnansweredError as error:
        message = f"the cluster of context {target.context} was not read: {error.why}"
        return Live(problems=(Problem(_NAME, 0, 0, UNREACHED, message, error.hint),), namespace=target.namespace)
    return msgspec.structs.replace(live, version=version, namespace=target.namespace)


def discovered(wanted: Wanted, environ: Mapping[str, str], pace: Pace | None = None) -> Discovered:
    """Only what a cluster offers to list.

    Raises:
        UsageError: nobody can be asked as things stand.
        UnansweredError: the cluster does not answer.
    """
    pace = pace or Pace(qps=wanted.qps)
    target = find_target(wanted, environ)
    with Transport(target, pace, environ) as transport, _workers(transport, pace) as pool:
        return discover(transport.get, pool)


@contextlib.contextmanager
def _workers(transport: Transport, pace: Pace) -> Iterator[Executor]:
    """Threads that ask; where this one is interrupted they start nothing more, and nobody waits for them."""
    pool, done = ThreadPoolExecutor(pace.workers), False
    try:
        yield pool
        done = True
    finally:
        if not done:
            transport.stop()
        pool.shutdown(wait=done, cancel_futures=not done)


def _version(transport: Transport) -> str:
    """The server's version; empty where it does not say it. It is the first question: here a bad address shows."""
    try:
        version = decoded(transport.get("/version")).get("gitVersion")
    except UnansweredError as error:
        if error.status in (0, UNAUTHORIZED) or 300 <= error.status < 400:
            raise
        return ""
    return version if isinstance(version, str) else ""


class _Reading:
    """Lists everything that was found."""

    def __init__(self, transport: Transport, wanted: Wanted, target: Target, found: Discovered) -> None:
        self.get = transport.get
        self.wanted = wanted
        self.namespace = target.namespace
        self.found = found
        self.documents: list[Document] = []
        self.problems: list[Problem] = []
        self.gaps: list[Gap] = []
        self.aside: list[tuple[str, str]] = []

    def run(self, pool: Executor, progress: Progress) -> Live:
        asked = [each for each in self.found.read if self._is_asked(each)]
        told = f"reading {{}} of {len(asked)} kinds of the cluster"
        for done, (served, listed) in enumerate(zip(asked, pool.map(self._list, asked), strict=True)):
            progress(told, done)
            self._take(served, listed)
        for broken in self.found.broken:
            self._tell(broken)
        return Live(
            tuple(self.documents),
            tuple(self.problems),
            tuple(sorted(set(self.gaps))),
            aside=(*self._left_alone(), *self.aside),
            kinds=len(asked),
        )

    def _is_asked(self, served: Served) -> bool:
        """Notes what is not asked for."""
        if served.broken:
            self._gap(served, "the server behind its group does not answer")
            return False
        if (served.group, served.resource) == SECRETS and not self.wanted.secrets:
            why = "Secrets are left alone; --secrets metadata reads their names and labels, never their values"
            self.gaps.append(Gap(served.kind, served.group, served.resource, why, chosen=True))
            return False
        return True

    def _gap(self, served: Served, why: str, *, refused: bool = False) -> None:
        self.gaps.append(Gap(served.kind, served.group, served.resource, why, refused))

    def _list(self, served: Served) -> Listed:
        lister = list_metadata if (served.group, served.resource) == SECRETS else list_all
        listed = lister(self.get, Question(served))
        if listed.failed is None or listed.failed.status != FORBIDDEN or not (self.namespace and served.namespaced):
            return listed
        # Who may not list all may often list what is in a namespace of theirs.
        own = lister(self.get, Question(served, namespace=self.namespace))
        if own.failed is not None:
            return listed
        why = f"the server forbids it (403) but in namespace {self.namespace}"
        return Listed(own.objects, own.strange, UnansweredError(why, FORBIDDEN))

    def _take(self, served: Served, listed: Listed) -> None:
        self.documents.extend(document_of(served, tree) for tree in listed.objects)
        if (served.group, served.resource) == SECRETS and listed.objects:
            count = len(listed.objects)
            named = "what 1 Secret holds" if count == 1 else f"what {count:,} Secrets hold"
            self.aside.append((named, ONLY_METADATA))
        if listed.strange:
            message = f"{listed.strange:,} items of the list of {served.label} are no objects with a name"
            hint = "Nothing of them was judged; ask who serves this kind"
            self.problems.append(Problem(f"cluster:{served.label}", 0, 0, "list", message, hint))
        if listed.failed is not None:
            refused = listed.failed.status == FORBIDDEN
            some = f"only {len(listed.objects):,} were read: " if listed.objects and not refused else ""
            self._gap(served, some + listed.failed.why, refused=refused)

    def _tell(self, broken: Broken) -> None:
        """A group of which nobody knows what it holds; of Kubernetes' own groups the kinds are known."""
        served = {each.resource for each in self.found.read if each.group == broken.group}
        known = {resource: kind for resource, kind in READ.get(broken.group, {}).items() if resource not in served}
        for resource, kind in known.items():
            self.gaps.append(Gap(kind, broken.group, resource, broken.why))
        if broken.group not in READ and not served:
            message = f"the API group {broken.label} was not read: {broken.why}"
            hint = "kubectl get apiservices shows who answers for it"
            self.problems.append(Problem(_NAME, 0, 0, "discovery", message, hint))

    def _left_alone(self) -> Iterator[tuple[str, str]]:
        names = sorted(each.label for each in self.found.aside)
        if names:
            more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
            shown = ", ".join(names[:_NAMED]) + more
            yield f"{len(names):,} kind{'s'[: len(names) != 1]} of the cluster ({shown})", _NOTHING_LOOKS


def document_of(served: Served, tree: Tree) -> Document:
    """An object of a list as a document: `cluster:NAMESPACE/RESOURCE.GROUP/NAME`."""
    file = _file(served.label, tree["metadata"])
    return Document(file, ObjectText(tree, file))


def _file(label: str, metadata: Mapping[str, object]) -> str:
    namespace, name = metadata.get("namespace"), metadata["name"]
    return f"cluster:{namespace}/{label}/{name}" if namespace else f"cluster:{label}/{name}"
