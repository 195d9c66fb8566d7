"""Pod templates inside custom resources.

A PodSpec that stands there whole is found by its shape: a mapping with a list `containers`. Where a container has no
image, the resource's operator merges it into a pod of its own (Elastic, Flink, CloudNativePG, Calico, ...), so that the
template is partial. Kinds that spread the parts of a pod over fields of their own are rows of `_ROWS`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from seawall.core import NOTHING, LeftOut, Path, path_text
from seawall.inventory import Resource, Tree, text_of
from seawall.inventory.placeholders import has_placeholder
from seawall.inventory.settle import settle_as
from seawall.model.subjects import Container, ContainerClass, PodTemplate
from seawall.model.workloads import complete

_LOOKALIKES: Final = frozenset(
    {
        "constraints.gatekeeper.sh",
        "helm.toolkit.fluxcd.io",
        "kyverno.io",
        "mutations.gatekeeper.sh",
        "policies.kyverno.io",
        "policy.open-cluster-management.io",
        "templates.gatekeeper.sh",
    }
)
"""API groups whose objects hold patterns of pods or values of a chart, not pods."""

_CHART_VALUES: Final = frozenset({("argoproj.io", "Application"), ("argoproj.io", "ApplicationSet")})
"""Kinds that hold values of a chart, in a group of which other kinds hold pods."""

_MERGED_FIELDS: Final = ("securityContext", "resources")
"""Objects that an operator completes from within when it merges a container into its own."""


class Partial(dict[str, Any]):
    """A part of a pod or container: what is missing, or null, is unknown, because an operator fills it in."""

    def __init__(self, tree: Tree, kind: str) -> None:
        """`kind` is the kind of the resource, for the message."""
        super().__init__(tree)
        self._left_out = LeftOut(f"{kind} leaves it to its operator")

    def get(self, key: str, default: Any = None) -> Any:  # noqa: ARG002  # nobody here knows the operator's default
        """The value, or a `LeftOut` where there is none."""
        value = super().get(key)
        return self._left_out if value is None else value


class _Row(msgspec.Struct, frozen=True):
    """Where a kind holds the parts of one pod.

    In a path, `*` stands for each item of a list or each field of a mapping, `*Container` for each field so called.
    """

    holder: Path
    containers: tuple[Path, ...]
    """Containers, or lists of them, below the holder; `()` is the holder itself."""
    own: bool = True
    """Whether the holder also has the pod's own fields."""
    metadata: str = "metadata"
    """The field beside those with the labels and annotations of the pod."""
    merged: bool = False
    """Whether the operator also completes what stands inside of a field, such as a `securityContext`."""
    defaults: str = ""
    """The field of the holder from which each container takes what it leaves out."""


_LISTS: Final = (("initContainers",), ("containers",))
_STEPS: Final = (("steps",), ("sidecars",))
_MODELS: Final = tuple(
    (field,)
    for field in (
        *("model", "huggingface", "lightgbm", "onnx", "paddle", "pmml", "pytorch", "sklearn", "tensorflow", "triton"),
        "xgboost",
    )
)


def _prometheus() -> tuple[_Row, ...]:
    # github.com/prometheus-operator: `containers` are merged into the generated ones by strategic merge patch.
    return (_Row(("spec",), _LISTS, metadata="podMetadata", merged=True),)


def _strimzi(*components: Path) -> tuple[_Row, ...]:
    # strimzi.io, "Customizing Kubernetes resources": spec.<component>.template.{pod,<name>Container}. The two stand
    # beside each other, and a place in a pod's template cannot be told from outside of it: two templates.
    return tuple(
        row
        for component in components
        for row in (
            _Row((*component, "template", "pod"), ()),
            _Row((*component, "template"), (("*Container",),), own=False),
        )
    )


def _tekton(*specs: Path) -> tuple[_Row, ...]:
    # tekton.dev, "Tasks": a step takes what it leaves out from stepTemplate.
    return tuple(_Row(spec, _STEPS, defaults="stepTemplate") for spec in specs)


def _argo(spec: Path) -> tuple[_Row, ...]:
    # argo-workflows, "Fields": every template is a pod of its own, the workflow's fields are all pods' defaults.
    parts = (("initContainers",), ("container",), ("script",), ("containerSet", "containers"), ("sidecars",))
    return (_Row(spec, ()), _Row((*spec, "templates", "*"), parts))


_PIPELINE: Final = (("tasks", "*", "taskSpec"), ("finally", "*", "taskSpec"))

_ROWS: Final[dict[tuple[str, str], tuple[_Row, ...]]] = {
    ("monitoring.coreos.com", "Prometheus"): _prometheus(),
    ("monitoring.coreos.com", "PrometheusAgent"): _prometheus(),
    ("monitoring.coreos.com", "Alertmanager"): _prometheus(),
    ("monitoring.coreos.com", "ThanosRuler"): _prometheus(),
    ("kafka.strimzi.io", "Kafka"): _strimzi(
        *(("spec", part) for part in ("kafka", "zookeeper", "entityOperator", "cruiseControl", "kafkaExporter"))
    ),
    ("kafka.strimzi.io", "KafkaNodePool"): _strimzi(("spec",)),
    ("kafka.strimzi.io", "KafkaConnect"): _strimzi(("spec",)),
    ("kafka.strimzi.io", "KafkaBridge"): _strimzi(("spec",)),
    ("kafka.strimzi.io", "KafkaMirrorMaker"): _strimzi(("spec",)),
    ("kafka.strimzi.io", "KafkaMirrorMaker2"): _strimzi(("spec",)),
    ("tekton.dev", "Task"): _tekton(("spec",)),
    ("tekton.dev", "ClusterTask"): _tekton(("spec",)),
    ("tekton.dev", "TaskRun"): (*_tekton(("spec", "taskSpec")), _Row(("spec", "podTemplate"), ())),
    ("tekton.dev", "Pipeline"): _tekton(*(("spec", *path) for path in _PIPELINE)),
    ("tekton.dev", "PipelineRun"): (
        *_tekton(*(("spec", "pipelineSpec", *path) for path in _PIPELINE)),
        _Row(("spec", "taskRunTemplate", "podTemplate"), ()),
        _Row(("spec", "podTemplate"), ()),
    ),
    ("argoproj.io", "Workflow"): _argo(("spec",)),
    ("argoproj.io", "WorkflowTemplate"): _argo(("spec",)),
    ("argoproj.io", "ClusterWorkflowTemplate"): _argo(("spec",)),
    ("argoproj.io", "CronWorkflow"): _argo(("spec", "workflowSpec")),
    ("argoproj.io", "Sensor"): (_Row(("spec", "template"), (("container",),)),),
    ("argoproj.io", "EventSource"): (_Row(("spec", "template"), (("container",),)),),
    ("serving.kserve.io", "InferenceService"): (_Row(("spec", "predictor"), _MODELS),),
    # The securityContext of these two is the container's; the pod's is called podSecurityContext.
    ("sparkoperator.k8s.io", "SparkApplication"): tuple(
        _Row(("spec", role), (("initContainers",), (), ("sidecars",))) for role in ("driver", "executor")
    ),
    ("sparkoperator.k8s.io", "ScheduledSparkApplication"): tuple(
        _Row(("spec", "template", role), (("initContainers",), (), ("sidecars",))) for role in ("driver", "executor")
    ),
    ("opentelemetry.io", "OpenTelemetryCollector"): (
        _Row(("spec",), (("initContainers",), (), ("additionalContainers",))),
    ),
    ("apps.kruise.io", "SidecarSet"): (_Row(("spec",), _LISTS),),
}


def custom_templates(resource: Resource) -> tuple[PodTemplate, ...]:
    """The pod templates of a custom resource, whole and partial ones, in document order."""
    if resource.group in _LOOKALIKES or (resource.group, resource.kind) in _CHART_VALUES:
        return ()
    rows = _ROWS.get((resource.group, resource.kind), ())
    partial = [
        pod
        for row in rows
        for path, holder in _at(resource.tree, row.holder)
        if (pod := _part(resource, row, path, holder))
    ]
    taken = {pod.path for pod in partial}
    return (*partial, *(_whole(resource, *found) for found in _pod_specs(resource.tree, taken)))


def _whole(resource: Resource, where: Path, holder: Tree, key: str | None) -> PodTemplate:
    metadata = _mapping(holder.get("metadata")) if key == "spec" else NOTHING
    spec = settle_as(holder if key is None else holder[key], "PodSpec").tree
    pod = complete(PodTemplate(resource, where, spec, metadata, spec_key=key))
    if all(container.spec.get("image") is not None for container in pod.containers):
        return pod
    partial = PodTemplate(resource, where, _merged(spec, resource.kind), metadata, partial=True, spec_key=key)
    return _with_containers(partial, (_replaced(c, partial, resource.kind) for c in pod.containers))


def _replaced(container: Container, pod: PodTemplate, kind: str) -> Container:
    spec = container.spec if container.spec.get("image") is not None else _merged(container.spec, kind)
    return msgspec.structs.replace(container, pod=pod, spec=spec)


def _part(resource: Resource, row: _Row, path: Path, holder: Tree) -> PodTemplate | None:
    """The pod of a row; None where the resource has nothing of it, or has it whole, which its shape tells."""
    found = [(where, value) for part in row.containers for where, value in _containers_at(holder, part)]
    fields = holder if row.own else NOTHING
    if row.containers and not found and not row.merged:
        return None
    shared = () in row.containers
    own = {key: value for key, value in fields.items() if not (shared and key == "securityContext")}
    make = _merged if row.merged else Partial
    spec = make(settle_as(own, "PodSpec").tree, resource.kind)
    metadata = _mapping(fields.get(row.metadata)) if path else NOTHING
    pod = PodTemplate(resource, path, spec, metadata, partial=True, spec_key=None)
    defaults = _mapping(holder.get(row.defaults))
    containers = (
        Container(resource, pod, _class(where), (*path, *where), make(_settled(value, defaults), resource.kind), name)
        for where, value in found
        for name in [text_of(value.get("name")) or text_of(holder.get("name")) or _name_of(where)]
    )
    return _with_containers(pod, containers)


def _settled(container: Tree, defaults: Tree) -> Tree:
    tree: Tree = settle_as({**defaults, **container}, "Container").tree
    return tree


def _with_containers(pod: PodTemplate, containers: Iterator[Container]) -> PodTemplate:
    # As in `complete`: the one moment at which a frozen value is completed.
    msgspec.structs.force_setattr(pod, "containers", tuple(containers))
    return pod


def _merged(tree: Tree, kind: str) -> Partial:
    """A partial mapping, also inside of the fields that operators complete."""
    inner = {key: _merged_deep(tree[key], kind) for key in _MERGED_FIELDS if isinstance(tree.get(key), dict)}
    return Partial({**tree, **inner}, kind)


def _merged_deep(tree: Tree, kind: str) -> Partial:
    return Partial({k: _merged_deep(v, kind) if isinstance(v, dict) else v for k, v in tree.items()}, kind)


def _mapping(value: object) -> Tree:
    return value if isinstance(value, dict) else NOTHING


def _class(where: Path) -> ContainerClass:
    named = next((step for step in reversed(where) if isinstance(step, str)), "")
    return ContainerClass.INIT if named.startswith("init") else ContainerClass.APP


def _name_of(where: Path) -> str:
    """How to call a container that has no name: by the field that holds it, `steps[1]`, `kafka`."""
    return path_text(where).removesuffix("Container") or "main"


def _containers_at(holder: Tree, path: Path) -> Iterator[tuple[Path, Tree]]:
    """The containers at a path, those of a list one by one."""
    for where, value in _values_at(holder, path):
        if isinstance(value, list):
            yield from (((*where, index), item) for index, item in enumerate(value) if isinstance(item, dict))
        elif isinstance(value, dict):
            yield where, value


def _at(tree: Tree, path: Path) -> Iterator[tuple[Path, Tree]]:
    return ((where, value) for where, value in _values_at(tree, path) if isinstance(value, dict))


def _values_at(tree: object, path: Path, where: Path = ()) -> Iterator[tuple[Path, object]]:
    """Every value that a row's path leads to, with its place."""
    if not path:
        yield where, tree
        return
    step, rest = path[0], path[1:]
    members = enumerate(tree) if isinstance(tree, list) else tree.items() if isinstance(tree, dict) else ()
    for key, value in members:
        if key == step or (isinstance(step, str) and step.startswith("*") and str(key).endswith(step[1:])):
            yield from _values_at(value, rest, (*where, key))


def _pod_specs(tree: Tree, taken: set[Path]) -> Iterator[tuple[Path, Tree, str | None]]:
    """(place of the holder, holder, key of the PodSpec in it), outside of the places in `taken`.

    A PodSpec is not searched for further ones, and an object's metadata and status hold none that will run.
    """
    outside = ("metadata", "status")
    stack: list[tuple[Path, Any]] = [((key,), value) for key, value in reversed(tree.items()) if key not in outside]
    while stack:
        path, value = stack.pop()
        if path in taken:
            continue
        if isinstance(value, list):
            stack.extend(((*path, i), item) for i, item in reversed(list(enumerate(value))) if _is_tree(item))
        elif isinstance(value, dict):
            if _is_pod_spec(value):
                yield path, value, None
                continue
            spec = value.get("spec")
            template = str(path[-1]).lower().endswith("template")
            if isinstance(spec, dict) and (_is_pod_spec(spec) or (template and _is_hidden(spec))):
                yield path, value, "spec"
                continue
            stack.extend(((*path, key), item) for key, item in reversed(value.items()) if _is_tree(item))


def _is_tree(value: object) -> bool:
    return isinstance(value, (dict, list))


def _is_hidden(spec: Tree) -> bool:
    """Whether the containers of a pod's template are filled in later, as a list or one by one."""
    containers = spec.get("containers")
    members = containers if isinstance(containers, list) else [containers]
    return any(isinstance(member, str) and has_placeholder(member) for member in members)


def _is_pod_spec(value: Tree) -> bool:
    containers = value.get("containers")
    return isinstance(containers, list) and any(
        isinstance(c, dict) and ("image" in c or "name" in c) for c in containers
    )
