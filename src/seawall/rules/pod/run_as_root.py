"""A container runs as root, or its image decides whether it does.

Why: root in a container is root for every flaw of the kernel or the runtime, owns what is mounted, and may change
    every file of the image. Most ways out of a container start there.
Instead: set `runAsNonRoot: true` and a number in `runAsUser` (or a numeric USER in the image), or `hostUsers: false`
    where the program must believe that it is root.
Breaks: images without a user of their own, writes to files that belong to root, ports below 1024.
Check: kubectl exec -n NAMESPACE POD -- id -u
Source: Pod Security Standards, restricted, "Running as Non-root"; NSA and CISA Kubernetes Hardening Guide 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Path, Unknown
from seawall.model import Container, PodTemplate, View
from seawall.model.workloads import undecided_containers
from seawall.rules.pod._helpers import located, unless_windows, user_namespace
from seawall.rules.spec import (
    ARCHITECT,
    BOSS,
    CARES,
    DEVELOPER,
    HIGH,
    MEDIUM,
    OWNS,
    Evidence,
    Fix,
    Remove,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    # On Windows there is no user 0; what runAsNonRoot means there is the rule non-root-not-enforced's matter.
    return unless_windows(pod, _said(pod, view))


def _said(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    mapped = user_namespace(pod, view)
    if mapped is True:
        return
    seen: set[Path] = set()
    for container in pod.containers:
        for evidence in _container(container):
            if isinstance(mapped, Unknown):
                yield unsure(mapped, "hostUsers")
            elif evidence.path not in seen:
                seen.add(evidence.path)
                yield evidence
    hidden = undecided_containers(pod)
    if hidden is not None:
        path, value = hidden
        yield unsure(value, *path)


def _container(container: Container) -> Iterator[Evidence]:
    user, user_path = located(container, "runAsUser")
    non_root, path = located(container, "runAsNonRoot")
    if isinstance(user, Unknown):
        # Whatever the number will be, the kubelet does not start the container as root.
        if isinstance(non_root, Unknown) or non_root is not True:
            yield unsure(user, *user_path)
    elif isinstance(user, (int, float)) and user == 0:
        yield fail("is told to run as root (runAsUser: 0); use another number", *user_path, value=user, severity=HIGH)
    elif isinstance(user, (int, float)) or non_root is True:
        return
    elif isinstance(non_root, Unknown):
        yield unsure(non_root, *path)
    elif non_root is False:
        yield fail("may run as root (runAsNonRoot: false); set runAsNonRoot: true", *path, value=False)
    else:
        yield fail("may run as root, its image decides; set runAsNonRoot: true and a number in runAsUser", *path)


def fix(evidence: Evidence) -> Fix:
    path = evidence.path
    require = Set((*path[:-1], "runAsNonRoot"), True)
    if path[-1] == "runAsUser":
        return Fix("Run as the image's user, unless that is root", (Remove(path), require))
    return Fix("Refuse to run as root", (require,))


RULE = Rule(
    id="run-as-root",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={HIGH: "the manifest itself says runAsUser: 0"},
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, BOSS: CARES},
    controls=("pss:restricted:runAsNonRoot", "pss:restricted:runAsUser"),
    examples=(
        passes(container="securityContext: {runAsNonRoot: true}"),
        passes(container="securityContext: {runAsUser: 1000}"),
        passes(pod="securityContext: {runAsNonRoot: true}"),
        passes(pod="hostUsers: false"),
        passes(pod="os: {name: windows}"),
        passes(pod="nodeSelector: {kubernetes.io/os: windows}"),
        fails(
            pod="""
                nodeSelector: {kubernetes.io/os: linux}
                affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                  {matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]},
                  {matchExpressions: [{key: kubernetes.io/arch, operator: In, values: [amd64]}]}]}}}
            """
        ),
        unknown(pod="nodeSelector: {kubernetes.io/os: '${OS}'}"),
        passes(
            pod="""
                affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
                  {matchExpressions: [{key: kubernetes.io/os, operator: In, values: [windows]}]}]}}}
            """
        ),
        passes(container="securityContext: {runAsNonRoot: true, runAsUser: '${USER}'}"),
        fails(
            container="securityContext: {readOnlyRootFilesystem: true}",
            at="spec.containers[0].securityContext.runAsNonRoot",
            after_fix="securityContext: {readOnlyRootFilesystem: true, runAsNonRoot: true}",
        ),
        fails(
            container="securityContext: {runAsUser: 0}",
            at="spec.containers[0].securityContext.runAsUser",
            after_fix="securityContext: {runAsNonRoot: true}",
        ),
        fails(
            pod="""
                securityContext: {runAsNonRoot: true}
                containers: [{name: web, image: web:1, securityContext: {runAsNonRoot: false}}]
            """,
            at="spec.containers[0].securityContext.runAsNonRoot",
        ),
        fails(pod="securityContext: {runAsUser: 0}", at="spec.securityContext.runAsUser"),
        fails(pod="hostUsers: false", kube="1.34"),
        unknown(pod="os: {name: '${OS}'}"),
        unknown(container="securityContext: {runAsUser: '${USER}'}"),
        unknown(pod="hostUsers: '${HOST_USERS}'"),
        unknown(pod="containers: ['${CONTAINER}']", at="spec.containers[0]"),
    ),
)
