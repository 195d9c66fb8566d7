r"""A pod mounts the socket of its node's container runtime.

Why: whoever can talk to the runtime starts a container with every right on the node. Mounting the socket read-only
    changes nothing: a socket is spoken to, not written to.
Instead: build images with BuildKit in its rootless mode or Kaniko, and read container data from the kubelet or the API.
Breaks: programs that start, list or build containers through the runtime.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostPath.path}{"\n"}{end}'
Source: KubeHound, EXPLOIT_CONTAINERD_SOCK; MITRE ATT&CK T1611 "Escape to Host".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.model.node_paths import is_socket, runtime_socket
from seawall.rules.pod._helpers import host_paths
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    OWNS,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(pod: PodTemplate) -> Iterator[Evidence]:
    for host_path in host_paths(pod):
        path = host_path.path
        if isinstance(path, Unknown):
            what = runtime_socket(path.text) if host_path.place[-1:] == ("path",) and is_socket(path.text) else ""
        else:
            what = runtime_socket(path)
        if what:
            yield fail(
                f"mounts {host_path.written}, {what}; whoever holds it holds the node: leave it out",
                *host_path.place,
                value=host_path.written,
            )
        elif isinstance(path, Unknown):
            yield unsure(path, *host_path.place)


RULE = Rule(
    id="runtime-socket-mount",
    on=PodTemplate,
    check=check,
    severity=CRITICAL,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    examples=(
        passes(pod="volumes: [{name: tmp, emptyDir: {}}, {name: data, hostPath: {path: /srv/data}}]"),
        passes(pod="volumes: [{name: agent, hostPath: {path: /run/spire/agent.sock}}]"),
        fails(
            pod="""
                containers:
                - name: build
                  image: docker.io/library/docker:28-cli
                  volumeMounts: [{name: docker, mountPath: /var/run/docker.sock}]
                volumes: [{name: docker, hostPath: {path: /var/run/docker.sock, type: Socket}}]
            """,
            at="spec.volumes[0].hostPath.path",
            instead="""
                containers:
                - name: build
                  image: docker.io/moby/buildkit:v0.24.0-rootless
                  volumeMounts: [{name: layers, mountPath: /home/user/.local/share/buildkit}]
                volumes: [{name: layers, emptyDir: {}}]
            """,
        ),
        fails(
            pod="volumes: [{name: cri, hostPath: {path: /var/snap/microk8s/common/run/containerd.sock}}]",
            at="spec.volumes[0].hostPath.path",
        ),
        fails(pod="volumes: [{name: run, hostPath: {path: //var//run/}}]", at="spec.volumes[0].hostPath.path"),
        fails(
            pod="volumes: [{name: pipe, hostPath: {path: '\\\\.\\pipe\\docker_engine'}}]",
            at="spec.volumes[0].hostPath.path",
        ),
        fails(pod="volumes: [{name: pipe, hostPath: {path: //./pipe/containerd-containerd}}]"),
        fails(pod="volumes: [{name: run, hostPath: {path: /run/k3s}}]"),
        fails(pod="volumes: [{name: run, hostPath: {path: /run/user/1000/podman}}]"),
        fails(pod="volumes: [{name: run, hostPath: {path: /var/snap/microk8s/common/run}}]"),
        fails(
            pod="volumes: [{name: docker, hostPath: {path: '${ROOT}/docker.sock'}}]",
            at="spec.volumes[0].hostPath.path",
        ),
        unknown(pod="volumes: [{name: cri, hostPath: {path: '{{ .Values.socket }}'}}]"),
        unknown(pod="volumes: '${VOLUMES}'", at="spec.volumes"),
    ),
)
