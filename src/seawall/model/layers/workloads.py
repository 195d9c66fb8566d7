"""What a pod's specification lets its processes do on the node."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from seawall.core import Unknown, Verdict, dig
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import bringing
from seawall.model.layers.scopes import POD_KINDS, judged, own_pods
from seawall.model.layers.sighting import Probe, Seen, called, counted, first, share
from seawall.model.subjects import PodTemplate


def _pods(estate: Estate) -> Seen:
    found = [pod for _, pods in estate.pods for pod in pods]
    containers = sum(len(pod.containers) for pod in found)
    told = f"{counted(len(found), 'pod template')} with {counted(containers, 'container')}"
    return Seen(told, len(found), facts=_places(found, "")) if found else Seen()


def _places(pods: list[PodTemplate], text: str) -> tuple[Fact, ...]:
    return first(Fact(f"{called(pod.resource)}{text}", pod.resource, pod.path) for pod in pods)


def _passing(words: str, *checks: str) -> Callable[[Estate], Seen]:
    """The pods that surely pass some checks of Pod Security."""

    def look(estate: Estate) -> Seen:
        rows = judged(estate)
        good, undecided = [], 0
        for pod, verdicts in rows:
            found = {verdicts.get(check, Verdict.PASS) for check in checks}
            if found == {Verdict.PASS}:
                good.append(pod)
            undecided += Verdict.FAIL not in found and Verdict.UNKNOWN in found
        told = f"{share(len(good), len(rows), 'pods')} {words}" if rows else "no pods"
        return Seen(told, len(good), len(good) == len(rows), undecided, _places(good, ""))

    return look


def _host_namespaces(estate: Estate) -> Seen:
    """The pods that are apart from their node; the places are those of the others, which are few."""
    seen = _passing("share no namespace of their node", "hostNamespaces")(estate)
    others = [pod for pod, verdicts in judged(estate) if "hostNamespaces" in verdicts]
    places = _places(others, " shares one, or may") or seen.facts
    return Seen(seen.summary, seen.count, seen.complete, seen.undecided, places)


def _security_context(estate: Estate) -> Seen:
    """The pods that level restricted of the Pod Security Standards admits, and those that baseline does."""
    rows = judged(estate)
    good = [pod for pod, verdicts in rows if not verdicts]
    undecided = sum(bool(verdicts) and Verdict.FAIL not in verdicts.values() for _, verdicts in rows)
    told = f"{share(len(good), len(rows), 'pods')} meet level restricted" if rows else "no pods"
    return Seen(told, len(good), len(good) == len(rows), undecided, _places(good, " meets restricted"))


def _setting(words: str, read: Callable[[PodTemplate], Any]) -> Callable[[Estate], Seen]:
    """The pods for which something is set; `read` gives a truth, or an `Unknown`."""

    def look(estate: Estate) -> Seen:
        pods = own_pods(estate)
        answers = [(pod, read(pod)) for pod in pods]
        good = [pod for pod, answer in answers if not isinstance(answer, Unknown) and answer]
        undecided = sum(isinstance(answer, Unknown) for _, answer in answers)
        told = f"{share(len(good), len(pods), 'pods')} {words}" if pods else "no pods"
        return Seen(told, len(good), len(good) == len(pods), undecided, _places(good, ""))

    return look


def _of_any(pod: PodTemplate, *field: str) -> Any:
    """Whether the pod or one of its containers sets a field of its security context, to more than Unconfined."""
    values = [dig(context, *field) for context in (pod.security, *(each.security for each in pod.containers))]
    if any(not isinstance(value, Unknown) and value not in (None, "Unconfined") for value in values):
        return True
    return next((value for value in values if isinstance(value, Unknown)), False)


def _user_namespace(pod: PodTemplate) -> Any:
    value = pod.spec.get("hostUsers")
    return value if isinstance(value, Unknown) else value is False


def _apparmor(pod: PodTemplate) -> Any:
    annotations = pod.metadata.get("annotations")
    if isinstance(annotations, Unknown):
        return annotations
    prefix = "container.apparmor.security.beta.kubernetes.io/"
    found = (
        (value for key, value in annotations.items() if key.startswith(prefix)) if isinstance(annotations, dict) else ()
    )
    annotated = any(isinstance(value, str) and value != "unconfined" for value in found)
    return annotated or _of_any(pod, "appArmorProfile", "type")


def _selinux(pod: PodTemplate) -> Any:
    return _of_any(pod, "seLinuxOptions")


def _seccomp(estate: Estate) -> Seen:
    """The pods that are filtered by their own word, and the products that bring profiles."""
    seen = _passing("are filtered by a seccomp profile", "seccompProfile_restricted", "privileged")(estate)
    names = ", ".join(each.product.name for each in bringing(estate, "seccomp"))
    told = f"{seen.summary}; {names}" if names else seen.summary
    return Seen(told, seen.count, seen.complete, seen.undecided, seen.facts)


PROBES: Final = {
    "pod": Probe(_pods, POD_KINDS),
    "security-context": Probe(_security_context, POD_KINDS),
    "run-as-non-root": Probe(_passing("surely run as non-root", "runAsNonRoot", "runAsUser"), POD_KINDS),
    "capabilities": Probe(
        _passing("drop all capabilities that they need not", "capabilities_restricted", "privileged"), POD_KINDS
    ),
    "no-new-privileges": Probe(_passing("forbid privilege escalation", "allowPrivilegeEscalation"), POD_KINDS),
    "seccomp": Probe(_seccomp, POD_KINDS),
    "apparmor": Probe(_setting("name an AppArmor profile", _apparmor), POD_KINDS),
    "selinux": Probe(_setting("name SELinux options", _selinux), POD_KINDS),
    "user-namespace": Probe(_setting("have a user namespace of their own", _user_namespace), POD_KINDS),
    "host-namespaces": Probe(_host_namespaces, POD_KINDS),
}
"""The mechanisms of workloads, by concept."""
