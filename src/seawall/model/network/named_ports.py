"""The ports that containers name: which number a name stands for on which pod."""

from __future__ import annotations

from collections.abc import Sequence

from seawall.core import Unknown, items
from seawall.model.network.parts import number_of, protocol_of, undecided
from seawall.model.network.policies import NamedPort, PortMatch
from seawall.model.network.ports import ALL, NONE, PortSet, ports_of
from seawall.model.subjects import PodTemplate
from seawall.model.workloads import undecided_containers

_Declared = tuple[object, str | None, int | None]
"""Name, protocol, number; None where it is undecided."""


class NamedPorts:
    """Named ports by pod; each pod's containers are read once."""

    def __init__(self, pods: Sequence[PodTemplate]) -> None:
        """`pods` are numbered from 0."""
        self._pods = pods
        self._declared: dict[int, tuple[tuple[_Declared, ...], bool]] = {}

    def resolve(self, ports: PortMatch, number: int) -> tuple[PortSet, PortSet]:
        """The ports of a match on a pod: those that surely are and those that may be."""
        sure, may = ports.sure, ports.may
        for name in ports.names:
            found = self.named(name, number)
            sure, may = sure | found[0], may | found[1]
        return sure, may

    def named(self, name: NamedPort, number: int) -> tuple[PortSet, PortSet]:
        """What a name stands for on a pod: what surely and what perhaps."""
        declared, complete = self._of(number)
        room = ALL if name.protocol is None else ports_of(name.protocol)
        sure, may = NONE, NONE if complete else room
        for title, protocol, port in declared:
            if undecided(title):
                same = False
            elif title != name.name:
                continue
            else:
                same = True
            if name.protocol is not None and protocol is not None and protocol != name.protocol:
                continue
            found = room if protocol is None else ports_of(protocol, *([] if port is None else [(port, port)]))
            may = may | (found & room)
            if same and protocol is not None and port is not None:
                sure = sure | found
        return sure, may

    def signature(self, number: int) -> object:
        """Equal for pods whose named ports are equal."""
        declared, complete = self._of(number)
        return complete, repr([entry for entry in declared if entry[0] is not None])

    def _of(self, number: int) -> tuple[tuple[_Declared, ...], bool]:
        if number not in self._declared:
            self._declared[number] = _read(self._pods[number])
        return self._declared[number]


def _read(pod: PodTemplate) -> tuple[tuple[_Declared, ...], bool]:
    """The ports of the containers that run as long as the pod does, and whether these are all."""
    found: list[_Declared] = []
    complete = not pod.partial and undecided_containers(pod) is None
    for container in pod.containers:
        if not container.runs_on:
            # Were it `Always`, the container would be a sidecar.
            complete = complete and not isinstance(container.spec.get("restartPolicy"), Unknown)
            continue
        listed = container.spec.get("ports")
        complete = complete and not isinstance(listed, Unknown)
        for _, entry in items(listed):
            if isinstance(entry, Unknown):
                complete = False
            elif isinstance(entry, dict) and entry.get("name") is not None:
                found.append((entry["name"], protocol_of(entry.get("protocol")), number_of(entry.get("containerPort"))))
    return tuple(found), complete
