"""A binding of an admission policy refuses nothing.

Why: with `validationActions` of `Warn` and `Audit` alone the object is created all the same; controllers never see the
    warning. That is right for a trial and wrong for good.
Instead: `validationActions: [Deny]`, perhaps with `Audit`, once the audit log shows what would be refused.
Breaks: objects that the policy refuses; the annotation `validation.policy.admission.k8s.io/validation_failure` in the
    audit log names them beforehand.
Check: kubectl get validatingadmissionpolicybindings -o custom-columns=NAME:.metadata.name,DO:.spec.validationActions
Source: Kubernetes, "Validating Admission Policy", "Validation actions"; OWASP Kubernetes Top Ten 2025, K04.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.rules.admission._policies import AdmissionPolicyBinding
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_PATH = ("spec", "validationActions")


def check(binding: AdmissionPolicyBinding) -> Iterator[Evidence]:
    if binding.resource.kind != "ValidatingAdmissionPolicyBinding":
        return
    actions = dig(binding.tree, *_PATH)
    if isinstance(actions, Unknown):
        yield unsure(actions, *_PATH)
        return
    holes = [action for _, action in items(actions) if isinstance(action, Unknown)]
    known = [action for _, action in items(actions) if isinstance(action, str)]
    if "Deny" in known:
        return
    if holes:
        yield unsure(holes[0], *_PATH)
    else:
        told = ", ".join(known) or "nothing"
        yield fail(f"only does {told} where its policy fails; add Deny when the trial is over", *_PATH, value=actions)


RULE = Rule(
    id="admission-policy-not-enforced",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=AdmissionPolicyBinding,
    concept="webhook-fail-open",
    examples=(
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Deny]
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Deny, Audit]
            """,
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Warn]
            """,
            at="spec.validationActions",
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: [Audit, Warn]
            """,
            at="spec.validationActions",
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicyBinding
                metadata: {name: host-network}
                spec:
                  policyName: host-network
                  validationActions: ["${ACTION}"]
            """,
        ),
    ),
)
