"""The API server does not check who answers for an aggregated API.

Why: it sends requests to a Service, with the name of whoever asks, and passes on the answer. Without a check of the
    certificate, whoever gets in between reads them, answers in its place, and may meet credentials of clients.
Instead: `caBundle`, the certificate of the authority that signed the server's; cert-manager can write it in.
Breaks: the API, until the certificate fits: it must be signed by that authority and name `SERVICE.NAMESPACE.svc`.
Check: kubectl get apiservices -o custom-columns=NAME:.metadata.name,SKIP:.spec.insecureSkipTLSVerify
Source: Kubernetes API reference, APIServiceSpec v1 apiregistration.k8s.io, insecureSkipTLSVerify.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.inventory.placeholders import has_placeholder
from seawall.model import ApiService
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: ApiService) -> Iterator[Evidence]:
    skipped = dig(thing.tree, "spec", "insecureSkipTLSVerify")
    if isinstance(skipped, str) and has_placeholder(skipped):
        skipped = Unknown(skipped)
    if isinstance(skipped, Unknown):
        yield unsure(skipped, "spec", "insecureSkipTLSVerify")
    elif skipped is True:
        message = "is not checked for its certificate (insecureSkipTLSVerify: true); set caBundle in its place"
        yield fail(message, "spec", "insecureSkipTLSVerify", value=skipped)


def _service(line: str) -> str:
    return f"""
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {{name: v1beta1.metrics.k8s.io}}
spec:
  group: metrics.k8s.io
  version: v1beta1
  service: {{name: metrics-server, namespace: kube-system}}
  groupPriorityMinimum: 100
  versionPriority: 100
  {line}
"""


RULE = Rule(
    id="api-service-unverified",
    on=ApiService,
    check=check,
    severity=MEDIUM,
    concept="no-encryption-in-transit",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_service("caBundle: LS0tLS1CRUdJTi==")),
        passes(manifest=_service("insecureSkipTLSVerify: false")),
        passes(manifest="{apiVersion: example.com/v1, kind: APIService, spec: {insecureSkipTLSVerify: true}}"),
        fails(
            manifest=_service("insecureSkipTLSVerify: true"),
            at="spec.insecureSkipTLSVerify",
            instead=_service("caBundle: LS0tLS1CRUdJTi=="),
        ),
        unknown(manifest=_service("insecureSkipTLSVerify: '${SKIP}'")),
        unknown(manifest="{apiVersion: apiregistration.k8s.io/v1, kind: APIService, spec: '${SPEC}'}"),
    ),
)
