"""What a Service's own ports are on the pods behind it."""

from __future__ import annotations

from typing import NamedTuple

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.network.index import Index
from seawall.model.network.parts import number_of, protocol_of, undecided
from seawall.model.network.policies import NamedPort
from seawall.model.network.ports import ALL, NONE, PortSet, ports_of, union


class _Port(NamedTuple):
    own: PortSet
    """The Service's own port; every port of the protocol where it is undecided."""
    sure: bool
    """Whether it is decided."""
    protocol: str
    target: object
    """A number, a name, or what is filled in later."""
    name: str
    """Its name; empty where it has none."""


class ServicePorts:
    """The ports of one Service.

    Policies see a connection after its address is translated: the pod's address and the target port (Kubernetes docs,
    "Network Policies", "What you can't do", and "Virtual IPs and Service Proxies").
    """

    def __init__(self, service: Resource, index: Index) -> None:
        spec = service.tree.get("spec")
        listed = dig(spec, "ports")
        self._index = index
        self._undecided = isinstance(listed, Unknown) or any(isinstance(entry, Unknown) for _, entry in items(listed))
        self.hides_source = _hides_source(spec)
        """Whether what comes from outside may bear the address of a node."""
        self.ports = tuple(_port(entry) for _, entry in items(listed) if isinstance(entry, dict))

    def translated(self, sure: PortSet, may: PortSet, end: object) -> tuple[PortSet, PortSet]:
        """What is surely and perhaps reached of a pod, by its number, or of an address, as ports of the Service."""
        own_sure, own_may = NONE, ALL if self._undecided and may else NONE
        for port in self.ports:
            certain, perhaps = self._target(port, end)
            if perhaps & may:
                own_may = own_may | port.own
                if port.sure and certain and not perhaps - sure:
                    own_sure = own_sure | port.own
        return own_sure, own_may

    def _target(self, port: _Port, end: object) -> tuple[PortSet, PortSet]:
        """The port of a pod, or of an address, that a port of the Service stands for."""
        number = number_of(port.target)
        if number is not None:
            found = ports_of(port.protocol, (number, number))
            return found, found
        if isinstance(port.target, str) and not undecided(port.target) and isinstance(end, int):
            return self._index.ports.named(NamedPort(port.target, port.protocol), end)
        return NONE, ports_of(port.protocol)

    def targets(self, own: PortSet, end: object) -> PortSet:
        """The ports of a pod, or of an address, that stand behind some of the Service's own."""
        return union(self._target(port, end)[1] for port in self.ports if port.own & own)

    def named(self, name: str) -> PortSet:
        """The Service's own port of a name."""
        return next((port.own for port in self.ports if port.name == name and port.sure), NONE)


def _hides_source(spec: object) -> bool:
    """Whether the outside reaches it through a node that may be another than the pod's."""
    kind, policy = dig(spec, "type"), dig(spec, "externalTrafficPolicy")
    public = isinstance(kind, Unknown) or kind in ("NodePort", "LoadBalancer") or bool(items(dig(spec, "externalIPs")))
    return public and (isinstance(policy, Unknown) or policy != "Local")


def _port(entry: dict[str, object]) -> _Port:
    protocol = protocol_of(entry.get("protocol"))
    number, name = number_of(entry.get("port")), entry.get("name")
    target = entry.get("targetPort")
    sure = protocol is not None and number is not None
    own = ALL if protocol is None else ports_of(protocol, *([] if number is None else [(number, number)]))
    title = name if isinstance(name, str) else ""
    return _Port(own, sure, protocol or "TCP", entry.get("port") if target is None else target, title)
