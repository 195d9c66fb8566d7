"""A binding names an admission policy that does not exist.

Why: it puts nothing into force, though it looks as if the cluster were protected. Whoever may create a policy of that
    name decides later what is refused.
Instead: correct `spec.policyName`, create the policy, or delete the binding.
Breaks: what the policy refuses is refused from then on.
Check: kubectl get validatingadmissionpolicybindings -o custom-columns=NAME:.metadata.name,POLICY:.spec.policyName
Source: Kubernetes, "Validating Admission Policy".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import View
from seawall.rules.admission._policies import AdmissionPolicyBinding
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_POLICIES = ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy")


def check(binding: AdmissionPolicyBinding, view: View) -> Iterator[Evidence]:
    name = dig(binding.tree, "spec", "policyName")
    kind = binding.resource.kind.removesuffix("Binding")
    if isinstance(name, Unknown):
        yield unsure(name, "spec", "policyName")
    elif isinstance(name, str) and view.get(kind, None, name) is None:
        yield fail(
            f'names the {kind} "{name}", which does not exist, so it does nothing; create it or correct the name',
            *("spec", "policyName"),
            value=name,
        )


RULE = Rule(
    id="admission-binding-without-policy",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=AdmissionPolicyBinding,
    needs=_POLICIES,
    concept="no-policy-engine",
    examples=(
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: host-network}
                spec:
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
                ---
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Deny]
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Deny]
            """,
            at="spec.policyName",
            estate=True,
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Deny]
            """,
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: "${POLICY}"
                  validationActions: [Deny]
            """,
            estate=True,
        ),
    ),
)
