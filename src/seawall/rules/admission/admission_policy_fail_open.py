"""An admission policy lets through what it cannot evaluate.

Why: with `failurePolicy: Ignore` an error in an expression (a missing field, a wrong type, a missing parameter) allows
    the object. Who knows the expression can write an object on which it stumbles.
Instead: leave `failurePolicy` out or set `Fail`, and guard optional fields in the expression with `has()`.
Breaks: objects on which an expression fails are refused; try with `validationActions: [Warn, Audit]` first.
Check: kubectl get validatingadmissionpolicies -o custom-columns=NAME:.metadata.name,POLICY:.spec.failurePolicy
Source: Kubernetes, "Validating Admission Policy", "Failure Policy".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.rules.admission._policies import AdmissionPolicy
from seawall.rules.spec import ARCHITECT_OWNS, LOW, Evidence, Fix, Rule, Set, fail, fails, passes, unknown, unsure

_PATH = ("spec", "failurePolicy")


def check(policy: AdmissionPolicy) -> Iterator[Evidence]:
    value = dig(policy.tree, *_PATH)
    if policy.resource.kind != "ValidatingAdmissionPolicy":
        return
    if isinstance(value, Unknown):
        yield unsure(value, *_PATH)
    elif value == "Ignore":
        yield fail("allows what it cannot evaluate (failurePolicy Ignore); set Fail", *_PATH, value=value)


def fix(evidence: Evidence) -> Fix:
    return Fix("Refuse what the policy cannot evaluate", (Set(evidence.path, "Fail"),))


RULE = Rule(
    id="admission-policy-fail-open",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=AdmissionPolicy,
    fix=fix,
    concept="webhook-fail-open",
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
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: host-network}
                spec:
                  failurePolicy: Fail
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
            """,
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: host-network}
                spec:
                  failurePolicy: Ignore
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
            """,
            at="spec.failurePolicy",
            after_fix="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: host-network}
                spec:
                  failurePolicy: Fail
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
                  failurePolicy: ${POLICY}
                  matchConstraints:
                    resourceRules:
                    - {apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}
                  validations:
                  - expression: "!has(object.spec.hostNetwork) || !object.spec.hostNetwork"
            """,
        ),
    ),
)
