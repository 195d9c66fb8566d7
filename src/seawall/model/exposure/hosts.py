"""Pods that listen on their node's addresses: hostPort and hostNetwork."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Final

from seawall.core import LeftOut, Path, Unknown, dig, items
from seawall.model.estate import Estate
from seawall.model.exposure.values import Entry, Exposure, Reach, Target, fact, named, text_of
from seawall.model.permissions import Answer
from seawall.model.subjects import Container, PodTemplate
from seawall.model.workloads import undecided_containers

_EVERY_NODE: Final = "every node that it runs on"


def of_hosts(estate: Estate) -> Iterator[Exposure]:
    """A row for each port that a pod opens on its node."""
    for _, pods in estate.pods:
        for pod in pods:
            yield from _pod(pod)


def _pod(pod: PodTemplate) -> Iterator[Exposure]:
    network = pod.spec.get("hostNetwork")
    if network is True:
        yield from _network(pod)
        return
    if isinstance(network, Unknown) and not isinstance(network, LeftOut):
        yield _unsure(pod, "hostNetwork", (*pod.path, "hostNetwork"), network)
    for container in pod.containers:
        yield from _ports(pod, container)
    hole = next(_holes(pod), None)
    if hole is not None:
        yield _unsure(pod, "hostPort", *hole)


def _holes(pod: PodTemplate) -> Iterator[tuple[Path, Unknown]]:
    """Where containers or their ports are filled in later; what an operator leaves out is told once, elsewhere."""
    undecided = undecided_containers(pod)
    if undecided is not None and not isinstance(undecided[1], LeftOut):
        yield (*pod.path, *undecided[0]), undecided[1]
    for container in pod.containers:
        ports = container.spec.get("ports")
        if isinstance(ports, Unknown) and not isinstance(ports, LeftOut):
            yield (*container.path, "ports"), ports
        for index, port in items(ports):
            if isinstance(port, Unknown):
                yield (*container.path, "ports", index), port


def _network(pod: PodTemplate) -> Iterator[Exposure]:
    said = fact(f"{named(pod.resource)} uses the network of its node", pod.resource, *pod.path, "hostNetwork")
    declared = [
        (container, index, port)
        for container in pod.containers
        if container.runs_on
        for index, port in items(container.spec.get("ports"))
    ]
    for container, index, port in declared:
        number = text_of(dig(port, "containerPort"))
        listens = fact(f"{container.label} listens on port {number}", pod.resource, *container.path, "ports", index)
        entry = Entry(
            how="hostNetwork",
            resource=pod.resource,
            address=_EVERY_NODE,
            port=number,
            protocol=text_of(dig(port, "protocol"), "TCP"),
            reach=Reach.NODES,
            caller="kept",
            via=(said, listens),
        )
        yield Exposure(entry, Target(answer=Answer.YES, pod=pod, port=number))
    if not declared:
        entry = Entry(
            how="hostNetwork",
            resource=pod.resource,
            address=_EVERY_NODE,
            port="",
            protocol="TCP",
            reach=Reach.NODES,
            caller="kept",
            via=(said,),
        )
        why = "it declares no port: whatever it listens on is open on the node"
        yield Exposure(entry, Target(answer=Answer.UNKNOWN, pod=pod, why=why))


def _unsure(pod: PodTemplate, how: str, at: Path, value: Unknown) -> Exposure:
    text = f"{at[-1] if isinstance(at[-1], str) else at[-2]} is {value.text or 'not decided'}"
    entry = Entry(
        how=how,
        resource=pod.resource,
        address=_EVERY_NODE,
        port="",
        protocol="TCP",
        reach=Reach.UNKNOWN,
        via=(fact(f"{text} in {named(pod.resource)}", pod.resource, *at),),
    )
    return Exposure(entry, Target(answer=Answer.UNKNOWN, pod=pod, why=f"{text}: it may open ports of its node"))


def _ports(pod: PodTemplate, container: Container) -> Iterator[Exposure]:
    for index, port in items(container.spec.get("ports")):
        outside, address = dig(port, "hostPort"), dig(port, "hostIP")
        if isinstance(port, Unknown):
            continue
        if not isinstance(outside, Unknown) and not outside:
            continue
        if isinstance(address, str) and _is_loopback(address):
            continue
        number, inside = text_of(outside), text_of(dig(port, "containerPort"))
        text = f"{container.label} of {named(pod.resource)} binds port {number} of its node"
        entry = Entry(
            how="hostPort",
            resource=pod.resource,
            address=_address(address),
            port=number,
            protocol=text_of(dig(port, "protocol"), "TCP"),
            reach=Reach.UNKNOWN if isinstance(address, Unknown) or isinstance(outside, Unknown) else Reach.NODES,
            caller="kept",
            via=(fact(text, pod.resource, *container.path, "ports", index, "hostPort"),),
        )
        unsure = isinstance(outside, Unknown)
        why = f"hostPort is {number}" if unsure else ""
        answer = Answer.UNKNOWN if unsure else Answer.YES
        yield Exposure(entry, Target(answer=answer, pod=pod, port=inside, why=why))


def _address(address: object) -> str:
    text = text_of(address)
    return _EVERY_NODE if text in ("", "0.0.0.0", "::") else text  # noqa: S104  # an address that is read, not bound


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
