"""From a Service and one of its ports to the workloads that answer, and the ports of their pods."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Inventory, Resource
from seawall.model.exposure.values import Target, fact, named, namespace_of, text_of
from seawall.model.permissions import Answer
from seawall.model.selectors import Labelled, doubt
from seawall.model.subjects import Container, ContainerClass, NamespaceScope, PodTemplate
from seawall.model.workloads import POD_TEMPLATE_ROOTS, is_builtin_group, undecided_containers

WORKLOADS: Final = tuple(dict.fromkeys(kind for _, kind in POD_TEMPLATE_ROOTS))
"""The built-in kinds that hold pods."""
_YES, _UNKNOWN, _NO = Answer.YES, Answer.UNKNOWN, Answer.NO


class Found(NamedTuple):
    """Whether a named port is one of a pod's, and which."""

    answer: Answer
    port: str = ""
    why: str = ""
    container: Container | None = None
    at: Path = ()


class Source(Protocol):
    """What holds objects: an `Estate`, or the `View` of a rule that declared Service and Namespace."""

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a kind."""

    @property
    def namespaces(self) -> tuple[NamespaceScope, ...]:
        """What stands in each namespace."""


class Backends:
    """The Services of an estate and what stands behind them; tables are built when they are first asked for."""

    def __init__(self, source: Source, inventory: Inventory | None = None) -> None:
        """`source` is what may answer, `inventory` says how much of it was read; None: all of it."""
        self.source = source
        self.inventory = inventory

    @functools.cached_property
    def _services(self) -> dict[tuple[str, str], list[Resource]]:
        table: dict[tuple[str, str], list[Resource]] = {}
        for service in self.source.of("Service"):
            if not service.group:
                table.setdefault((namespace_of(service), service.name), []).append(service)
        return table

    @functools.cached_property
    def _slices(self) -> dict[tuple[str, str], Resource]:
        """Endpoints and EndpointSlices by the Service that they are of."""
        found: dict[tuple[str, str], Resource] = {}
        for kind in ("EndpointSlice", "Endpoints"):
            for each in self.source.of(kind):
                name = each.labels.get("kubernetes.io/service-name") if kind == "EndpointSlice" else each.name
                if isinstance(name, str):
                    found[namespace_of(each), name] = each
        return found

    @functools.cached_property
    def _pods(self) -> dict[str, Labelled]:
        return {scope.name: Labelled(scope.pods) for scope in self.source.namespaces}

    def can_tell(self, namespace: str, *kinds: str) -> bool:
        """Whether what is not there is known to be absent: all objects of some kinds in a namespace have been read."""
        inventory = self.inventory
        if inventory is None:
            return True
        return inventory.whole and not any(inventory.is_unread(kind, namespace) for kind in kinds)

    def absent(self, namespace: str, what: str, *kinds: str) -> Target:
        """A dead end where absence is known, else an open one that says what `--estate` would make of it."""
        if self.can_tell(namespace, *kinds):
            return Target(answer=_NO, why=what)
        if self.inventory is not None and self.inventory.whole:
            return Target(answer=_UNKNOWN, why=f"{what}, and not everything there was read")
        return Target(answer=_UNKNOWN, why=f"{what} of what was read; with --estate it leads nowhere")

    def services(self, namespace: str, name: str) -> Sequence[Resource]:
        """The Services of a name; overlays of one base that are read together have several."""
        return self._services.get((namespace, name), ())

    def behind(self, namespace: str, name: object, port: object) -> list[Target]:
        """What a reference to a Service and its port (number or name; None: it names none) leads to."""
        if isinstance(name, Unknown):
            return [Target(answer=_UNKNOWN, why=f"the Service is {name.text or 'not decided'}")]
        if not isinstance(name, str) or not name:
            return [Target(answer=_NO, why="it names no Service")]
        services = self.services(namespace, name)
        if not services:
            return [self._missing(namespace, name)]
        return [target for service in services for target in self._through(service, port)]

    def _missing(self, namespace: str, name: str) -> Target:
        maker = None if self.inventory is not None and self.inventory.live else self.maker(namespace)
        what = f'there is no Service "{namespace}/{name}"'
        if maker is None:
            return self.absent(namespace, what, "Service")
        return Target(answer=_UNKNOWN, why=f"{what}, and the operator of {named(maker)} may make it")

    def maker(self, namespace: str) -> Resource | None:
        """A custom resource of a namespace whose operator runs pods, and may make Services that no file shows."""
        return self._makers.get(namespace)

    @functools.cached_property
    def _makers(self) -> dict[str, Resource]:
        found: dict[str, Resource] = {}
        for scope in self.source.namespaces:
            own = [pod.resource for pod in scope.pods if not is_builtin_group(pod.resource.group)]
            if own:
                found[scope.name] = min(own, key=lambda resource: (resource.kind, resource.name))
        return found

    def _through(self, service: Resource, port: object) -> list[Target]:
        if is_external(service):
            return self.of_port(service, None)
        index = entry_of(service, port)
        if index is not None:
            return self.of_port(service, None if isinstance(index, Unknown) else index)
        why = f"{named(service)} has no port {text_of(port) or 'that is named'}; its ports: {ports_of(service)}"
        return [Target(answer=_NO, why=why, via=(fact(why, service, "spec", "ports"),))]

    def of_port(self, service: Resource, index: int | None) -> list[Target]:
        """What an entry of `spec.ports` leads to, by its index; None: which one is not decided."""
        spec = dig(service.tree, "spec")
        selector = dig(spec, "selector")
        if is_external(service):
            name = text_of(dig(spec, "externalName"), "not said")
            via = fact(f"{named(service)} is another name for {name}", service, "spec", "externalName")
            return [Target(answer=_YES, text=f"the name {name}", via=(via,))]
        if isinstance(selector, Unknown):
            why = f"the selector of {named(service)} is {selector.text or 'not decided'}"
            return [Target(answer=_UNKNOWN, why=why)]
        if not isinstance(selector, dict) or not selector:
            return [self._by_hand(service)]
        found = [self._pod(service, index, pod, sure) for pod, sure in self.selected(service)]
        if found:
            return found
        what = f"{named(service)} selects no pod"
        target = self.absent(namespace_of(service), what, *WORKLOADS)
        return [Target(answer=target.answer, why=target.why, via=(fact(what, service, "spec", "selector"),))]

    def selected(self, service: Resource) -> Iterator[tuple[PodTemplate, bool]]:
        """The pods that a Service with a selector selects, and whether it surely does."""
        selector = dig(service.tree, "spec", "selector")
        pods = self._pods.get(namespace_of(service))
        if pods is None or not isinstance(selector, dict) or not selector:
            return
        must, may = pods.selected({"matchLabels": selector})
        for number in sorted(may, key=lambda number: (number not in must, number)):
            yield pods.pods[number], number in must

    def _by_hand(self, service: Resource) -> Target:
        """A Service without a selector: somebody writes the addresses."""
        written = self._slices.get((namespace_of(service), service.name))
        bare = fact(f"{named(service)} has no selector", service, "spec", "selector")
        if written is None:
            why = f"{named(service)} has no selector: whoever writes its EndpointSlices decides where it leads"
            return Target(answer=_UNKNOWN, why=why, via=(bare,))
        listed = fact(f"{named(written)} lists the addresses", written)
        return Target(answer=_YES, text=f"the addresses of {named(written)}", via=(bare, listed))

    def _pod(self, service: Resource, index: int | None, pod: PodTemplate, sure: bool) -> Target:
        selector = dig(service.tree, "spec", "selector")
        labels = ", ".join(f"{key}={text_of(value)}" for key, value in selector.items())  # type: ignore[attr-defined]  # a mapping: something was selected
        verb = "selects" if sure else "may select"
        chosen = fact(f"{named(service)} {verb} {named(pod.resource)} by {labels}", service, "spec", "selector")
        found = self.port_of(service, index, pod)
        via = [chosen]
        if index is not None:
            text = f"{named(service)} sends port {_port_text(service, index)}"
            via.append(fact(text, service, "spec", "ports", index))
        if found.container is not None:
            called = text_of(dig(service.tree, "spec", "ports", index, "targetPort"))  # type: ignore[arg-type]  # decided
            text = f"{found.container.label} of {named(pod.resource)} declares port {found.port} as {called}"
            via.append(fact(text, pod.resource, *found.at))
        why = found.why
        answer = found.answer
        if not sure and answer is not _NO:
            answer = _UNKNOWN
            open_label = doubt(selector, pod)
            why = f"whether it is selected depends on {open_label.text or 'its labels'}: {open_label.why}"
        return Target(answer=answer, pod=pod, port=found.port, why=why, via=tuple(via))

    def port_of(self, service: Resource, index: int | None, pod: PodTemplate) -> Found:
        """The port of a pod that an entry of `spec.ports` stands for; a NO where the pod has none of that name.

        A number need not be declared by a container: it is open when something listens.
        """
        if index is None:
            return Found(_UNKNOWN, why=f"the port of {named(service)} is not decided")
        entry = dig(service.tree, "spec", "ports", index)
        target = dig(entry, "targetPort")
        if not isinstance(target, Unknown) and not target:
            target = dig(entry, "port")
        if isinstance(target, Unknown):
            return Found(_YES, text_of(target))
        if isinstance(target, str):
            return named_port(pod, target, dig(entry, "protocol"))
        return Found(_YES, text_of(target))


def is_external(service: Resource) -> bool:
    """Whether a Service is only another name for something outside of the cluster."""
    kind = dig(service.tree, "spec", "type")
    return isinstance(kind, str) and kind == "ExternalName"


def entry_of(service: Resource, port: object) -> int | Unknown | None:
    """Which entry of `spec.ports` a number or a name means; None where none does, an `Unknown` where that depends."""
    ports = dig(service.tree, "spec", "ports")
    if isinstance(port, Unknown):
        return port
    if isinstance(ports, Unknown):
        return ports
    later: Unknown | None = None
    for index, entry in items(ports):
        for value in (dig(entry, "port"), dig(entry, "name")):
            if _same(value, port):
                return index
            later = value if isinstance(value, Unknown) else later
    return later


def ports_of(service: Resource) -> str:
    """The ports of a Service as a text: `80, 443`."""
    return ", ".join(text_of(dig(entry, "port")) for _, entry in items(dig(service.tree, "spec", "ports"))) or "none"


def named_port(pod: PodTemplate, name: str, protocol: object = "TCP") -> Found:
    """The port that a pod's containers call by a name, of the same protocol; init containers that stay count too.

    Source: Kubernetes, pkg/api/v1/pod, FindPort.
    """
    open_port = ""
    ordered = sorted(pod.containers, key=lambda each: each.kind is not ContainerClass.APP)
    for container in ordered:
        listed = container.spec.get("ports")
        if not container.runs_on:
            continue
        if isinstance(listed, Unknown):
            open_port = open_port or f"the ports of {container.label} are {listed.text or 'not decided'}"
        for index, port in items(listed):
            called, of = dig(port, "name"), dig(port, "protocol")
            if isinstance(called, Unknown) or isinstance(of, Unknown) or isinstance(protocol, Unknown):
                open_port = open_port or f"a port of {container.label} is not decided"
            elif called == name and (of or "TCP") == (protocol or "TCP"):
                number = text_of(dig(port, "containerPort"))
                return Found(_YES, number, container=container, at=(*container.path, "ports", index))
    if not open_port and (pod.partial or undecided_containers(pod) is not None):
        open_port = "not all of its containers are written here"
    if open_port:
        return Found(_UNKNOWN, name, f'whether it has a port "{name}" is open: {open_port}')
    return Found(_NO, name, f'no container of {named(pod.resource)} has a port called "{name}"')


def _port_text(service: Resource, index: int) -> str:
    """`80 to 8080`, `443 to https`, `5432`."""
    entry = dig(service.tree, "spec", "ports", index)
    port, target = text_of(dig(entry, "port"), "?"), text_of(dig(entry, "targetPort"))
    return f"{port} to {target}" if target and target != port else f"{port} to the same port"


def _same(value: object, port: object) -> bool:
    if isinstance(value, Unknown) or isinstance(port, bool) or port in (None, ""):
        return False
    return type(value) is type(port) and value == port
