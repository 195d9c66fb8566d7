"""Judging pods as Pod Security admission would, whatever the labels of their namespaces say."""

from __future__ import annotations

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.findings.unread import makes_pods
from seawall.inventory import Inventory
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.model.podsecurity import Level, evaluate
from seawall.reports.pss import JudgedPod, PssReport


def pss(wanted: Input, level: Level, progress: Progress = no_progress) -> PssReport:
    """Reads what was named and judges each pod template of it, in input order."""
    inventory = load(wanted, progress)
    return report_on(inventory, level, judged_version(wanted, inventory))


def report_on(inventory: Inventory, level: Level, version: KubeVersion) -> PssReport:
    """Judges an inventory that has been read; a version newer than known is judged, and named, as the newest known."""
    version = min(version, NEWEST)
    pods = tuple(
        JudgedPod(pod, resource.locate(()), evaluate(pod, level, version))
        for resource, templates in Estate(inventory, version).pods
        for pod in templates
    )
    unread = tuple(each for each in inventory.unread if makes_pods(each))
    return PssReport(level, version, pods, inventory.problems, inventory.coverage, unread, inventory.live)
