"""The subjects of the rules on admission policies."""

from __future__ import annotations

from seawall.model import Object

_GROUP = "admissionregistration.k8s.io"


class AdmissionPolicy(Object, frozen=True, eq=False):
    """A ValidatingAdmissionPolicy or MutatingAdmissionPolicy."""

    KINDS = frozenset({(_GROUP, "ValidatingAdmissionPolicy"), (_GROUP, "MutatingAdmissionPolicy")})


class AdmissionPolicyBinding(Object, frozen=True, eq=False):
    """What puts an admission policy into force."""

    KINDS = frozenset({(_GROUP, "ValidatingAdmissionPolicyBinding"), (_GROUP, "MutatingAdmissionPolicyBinding")})
