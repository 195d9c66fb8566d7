"""Whether an Ingress serves a host with TLS: by its own section, or by what an annotation tells the controller."""

from __future__ import annotations

from typing import Final

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.permissions import Answer

CERTIFICATES: Final = frozenset(
    {
        "alb.ingress.kubernetes.io/certificate-arn",
        "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
        "ingress.gcp.kubernetes.io/pre-shared-cert",
        "networking.gke.io/managed-certificates",
        "traefik.ingress.kubernetes.io/router.tls.certresolver",
    }
)
"""Annotations that name a certificate for the controller which the Ingress does not name."""

SWITCH: Final = "traefik.ingress.kubernetes.io/router.tls"
"""The annotation that turns TLS on in Traefik."""
LISTEN: Final = "alb.ingress.kubernetes.io/listen-ports"
"""The annotation that lists the protocols of Amazon's load balancer."""


def served_elsewhere(resource: Resource) -> bool | Unknown:
    """Whether an annotation makes the controller serve the hosts with TLS."""
    whole = dig(resource.tree, "metadata", "annotations")
    later = whole if isinstance(whole, Unknown) else None
    for key, value in resource.annotations.items():
        text = value.text if isinstance(value, Unknown) else str(value).strip()
        decides = key in (SWITCH, LISTEN)
        if decides and (isinstance(value, Unknown) or has_placeholder(text)):
            later = value if isinstance(value, Unknown) else Unknown(text)
        elif key == LISTEN:
            if "HTTPS" in text:
                return True
        elif (key == SWITCH and text.lower() in ("1", "t", "true")) or (key in CERTIFICATES and text):
            return True
    return False if later is None else later


def hosts_of(entry: object) -> list[object]:
    """The hosts of an entry of `tls`; one that names none stands for all."""
    hosts = dig(entry, "hosts")
    return hosts if isinstance(hosts, list) and hosts else ["*"] if not isinstance(hosts, Unknown) else [hosts]


def covers(pattern: str, host: str) -> bool:
    """Whether a host of a `tls` entry is, or is the wildcard of, a rule's host."""
    return pattern in ("*", host) or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def served_with_tls(resource: Resource, host: object) -> Answer:
    """Whether an Ingress serves a host (None, or an empty one: any host) with TLS."""
    elsewhere = served_elsewhere(resource)
    if elsewhere is True:
        return Answer.YES
    doubt = isinstance(elsewhere, Unknown)
    tls = dig(resource.tree, "spec", "tls")
    if isinstance(tls, Unknown):
        return Answer.UNKNOWN
    for covered in (each for _, entry in items(tls) for each in hosts_of(entry)):
        if isinstance(covered, Unknown) or isinstance(host, Unknown):
            texts = [each.text if isinstance(each, Unknown) else each for each in (covered, host)]
            if texts[0] == texts[1] or texts[0] == "*":
                return Answer.YES
            doubt = True
        elif isinstance(covered, str) and covers(covered, host if isinstance(host, str) else ""):
            return Answer.YES
    return Answer.UNKNOWN if doubt else Answer.NO
