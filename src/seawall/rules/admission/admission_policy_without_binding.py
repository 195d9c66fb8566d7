"""An admission policy has no binding and does nothing.

Why: a ValidatingAdmissionPolicy only says what to judge; a ValidatingAdmissionPolicyBinding puts it into force. Without
    one it is not evaluated at all, though it looks as if the cluster were protected.
Instead: a binding that names the policy, with `validationActions: [Deny]`; or delete the policy.
Breaks: what the policy refuses is refused from then on; begin with `[Warn, Audit]`.
Check: kubectl get validatingadmissionpolicies,validatingadmissionpolicybindings
Source: Kubernetes, "Validating Admission Policy", "Getting started".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import View
from seawall.rules.admission._policies import AdmissionPolicy
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_BINDINGS = ("ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicyBinding")


def check(policy: AdmissionPolicy, view: View) -> Iterator[Evidence]:
    names = [dig(binding.tree, "spec", "policyName") for binding in view.of(f"{policy.resource.kind}Binding")]
    if any(not isinstance(name, Unknown) and name == policy.resource.name for name in names):
        return
    hole = next((name for name in names if isinstance(name, Unknown)), None)
    if hole is not None:
        yield unsure(hole)
    else:
        message = f"has no {policy.resource.kind}Binding, so it does nothing; bind it or delete it"
        yield fail(message, "metadata", "name")


RULE = Rule(
    id="admission-policy-without-binding",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=AdmissionPolicy,
    needs=_BINDINGS,
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
                kind: ValidatingAdmissionPolicy
                metadata: {name: host-network}
                spec:
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
            """,
            estate=True,
        ),
        fails(
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
                  policyName: others
                  validationActions: [Deny]
            """,
            estate=True,
        ),
        unknown(
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
            """,
        ),
        unknown(
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
                  policyName: "${POLICY}"
                  validationActions: [Deny]
            """,
            estate=True,
        ),
    ),
)
