"""A finding: one rule's verdict on one subject, compact until it is written."""

from __future__ import annotations

import hashlib

import msgspec

from seawall.core import Path, Place, Precision, Severity, Unknown, Verdict, path_text
from seawall.inventory import Resource
from seawall.inventory.defaults import undefaulted
from seawall.inventory.steps import step_names
from seawall.model import Container, NamespaceScope, PodTemplate, Subject
from seawall.model.withhold import without_credentials
from seawall.rules.spec import Evidence, Rule


class Suppression(msgspec.Struct, frozen=True):
    """Who accepts a finding, why, and until when."""

    by: str
    """The mechanism: `annotation`, `comment`, `config`, `baseline`, `kube-linter`, `checkov`, `trivy`."""
    reason: str
    until: str | None = None
    """An ISO date; None where it does not expire."""


class Finding(msgspec.Struct, frozen=True, eq=False):
    """A fail or an unknown; place and fingerprint are worked out when they are asked for."""

    rule: Rule
    subject: Subject | NamespaceScope
    evidence: Evidence
    copies: int = 0
    """How many objects that this one's owner made show the same (ReplicaSets, Pods)."""
    shown_by: tuple[Resource, ...] = ()
    """Those objects."""
    owner: Resource | None = None
    """Whose controllers made the object, where only such copies show it; None for what stands for itself."""
    suppressed: Suppression | None = None
    severity_override: Severity | None = None
    note: str = ""
    """What a reader should know beside the verdict: that it is recognised as a system component which needs this."""
    place: Place | None = None
    """Where it stands, if that is no field of the resource (a comment), or if it has been worked out already."""
    live: bool | None = None
    """Whether the running cluster that was read beside files shows it already; None where nobody can say."""
    known_fingerprint: str = ""
    """Its fingerprint, if that has been worked out already."""

    @property
    def verdict(self) -> Verdict:
        """`FAIL` or `UNKNOWN`."""
        return self.evidence.verdict

    @property
    def severity(self) -> Severity:
        """The configured severity, else that of the evidence, else the rule's."""
        return self.severity_override or self.evidence.severity or self.rule.severity

    @property
    def resource(self) -> Resource:
        """The object that a person would edit."""
        return self.subject.resource

    @property
    def path(self) -> Path:
        """Where the value stands in the resource."""
        return self.subject.path + self.evidence.path

    @property
    def message(self) -> str:
        """The whole sentence, subject first, and the note: its advice is not that of the rule."""
        sentence = f"{(self.container or self.subject).label} {self.evidence.message}"
        return f"{sentence} ({self.note})" if self.note else sentence

    @property
    def container(self) -> Container | None:
        """The container it is about, also where its rule was asked about the whole pod; None if it is about none."""
        if isinstance(self.subject, PodTemplate):
            path, places = self.path, self.subject.by_place
            found = (places.get(path[:length]) for length in range(len(path), 0, -1))
            return next((container for container in found if container is not None), None)
        return self.subject if isinstance(self.subject, Container) else None

    def locate(self) -> Place:
        """The place of the offending value, or of the object in which it should stand."""
        if self.place is not None:
            return self.place
        resource = self.resource
        place = resource.locate(self.path)
        if not self.evidence.path and place.precision is Precision.EXACT and not self.subject.path:
            return resource.locate(("metadata", "name")) if resource.name else place
        return place

    @property
    def fingerprint(self) -> str:
        """16 hex digits that survive reordering, moving and renaming of files (docs/interfaces.md, "Fingerprint")."""
        if self.known_fingerprint:
            return self.known_fingerprint
        resource = self.resource
        rule, names, value = self.trait
        parts = (rule, resource.group, resource.kind, resource.namespace or "", resource.name, names, value)
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]

    @property
    def trait(self) -> tuple[str, str, str]:
        """What it says of its object, whichever that is: rule, path by names, value (nothing of a credential)."""
        resource = self.resource
        names = step_names(resource.kind, resource.api_version, self.path, resource.tree)
        value = "" if self.evidence.secret else _normal(self.evidence.value, self.path, resource)
        return self.rule.id, names, value

    @property
    def of_cluster(self) -> bool:
        """Whether its object was read from a running cluster."""
        return self.resource.document.file.startswith("cluster:")

    @property
    def path_text(self) -> str:
        """The field path as people write it."""
        return path_text(self.path)


def _normal(value: object, path: Path, resource: Resource) -> str:
    """The value as one text; of credentials, and of what the API server would write by itself, nothing is left."""
    field = next((step for step in reversed(path) if isinstance(step, str)), "")
    value = undefaulted(value, field)
    if value is None or isinstance(value, bool):
        return {None: "", True: "true", False: "false"}[value]
    if isinstance(value, Unknown):
        return value.text
    if isinstance(value, (int, float)):
        return str(value)
    value = without_credentials(value, path, resource.tree)
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value, order="deterministic", enc_hook=repr).decode()
