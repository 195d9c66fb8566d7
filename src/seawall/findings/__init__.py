"""Runs rules on a model: findings with evidence, places, fingerprints, and what could not be judged."""

from seawall.findings.because import because
from seawall.findings.finding import Finding, Suppression
from seawall.findings.judge import Judgement, judge

__all__ = ["Finding", "Judgement", "Suppression", "because", "judge"]
