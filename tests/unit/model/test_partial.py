from __future__ import annotations

import pytest

from seawall.core import Document, LeftOut, Unknown
from seawall.inventory import collect
from seawall.model import ContainerClass, PodTemplate
from seawall.model.workloads import pod_templates, undecided_containers
from seawall.yamltext import Broken, read


def pods(text: str) -> tuple[PodTemplate, ...]:
    documents = [Document("cr.yaml", d) for d in read(text) if not isinstance(d, Broken)]
    (resource,) = collect(documents).resources
    return pod_templates(resource)


def shown(found: tuple[PodTemplate, ...]) -> list[tuple[str, list[str]]]:
    return [(".".join(map(str, pod.path)), [c.name for c in pod.containers]) for pod in found]


CONTAINER = "{name: main, image: registry.example/app:1.0}"

WHOLE = [
    ("argoproj.io/v1alpha1", "Rollout", f"template: {{spec: {{containers: [{CONTAINER}]}}}}", ["spec.template.spec"]),
    (
        "serving.knative.dev/v1",
        "Service",
        "template: {spec: {containers: [{image: registry.example/app:1.0}]}}",
        ["spec.template.spec"],
    ),
    ("serving.kserve.io/v1beta1", "InferenceService", f"predictor: {{containers: [{CONTAINER}]}}", ["spec.predictor"]),
    (
        "kubeflow.org/v1",
        "PyTorchJob",
        f"pytorchReplicaSpecs: {{Master: {{template: {{spec: {{containers: [{CONTAINER}]}}}}}}, "
        f"Worker: {{template: {{spec: {{containers: [{CONTAINER}]}}}}}}}}",
        ["spec.pytorchReplicaSpecs.Master.template.spec", "spec.pytorchReplicaSpecs.Worker.template.spec"],
    ),
    (
        "ray.io/v1",
        "RayCluster",
        f"headGroupSpec: {{template: {{spec: {{containers: [{CONTAINER}]}}}}}}\n"
        f"  workerGroupSpecs: [{{template: {{spec: {{containers: [{CONTAINER}]}}}}}}]",
        ["spec.headGroupSpec.template.spec", "spec.workerGroupSpecs.0.template.spec"],
    ),
    (
        "apps.openshift.io/v1",
        "DeploymentConfig",
        f"template: {{spec: {{containers: [{CONTAINER}]}}}}",
        ["spec.template.spec"],
    ),
]


@pytest.mark.parametrize(("version", "kind", "spec", "paths"), WHOLE, ids=[row[1] for row in WHOLE])
def test_a_whole_pod_spec_is_found_by_its_shape(version: str, kind: str, spec: str, paths: list[str]) -> None:
    found = pods(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  {spec}\n")
    assert [path for path, _ in shown(found)] == paths
    assert not any(pod.partial for pod in found)
    assert found[0].spec.get("hostNetwork") is None


@pytest.mark.parametrize("containers", ["'${CONTAINERS}'", "['${CONTAINER}']"])
def test_a_template_is_found_though_its_containers_are_filled_in_later(containers: str) -> None:
    (pod,) = pods(f"""
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {{name: x}}
spec: {{template: {{spec: {{hostPID: true, containers: {containers}}}}}}}
""")
    assert pod.spec["hostPID"] is True
    assert undecided_containers(pod) is not None


def test_a_container_without_an_image_is_completed_by_the_operator() -> None:
    (pod,) = pods("""
apiVersion: flink.apache.org/v1beta1
kind: FlinkDeployment
metadata: {name: jobs}
spec:
  podTemplate:
    spec:
      containers:
      - name: flink-main-container
        securityContext: {allowPrivilegeEscalation: false}
      - {name: shipper, image: registry.example/shipper:1.0}
""")
    main, shipper = pod.containers
    assert pod.partial
    assert isinstance(pod.spec.get("hostNetwork"), LeftOut)
    assert isinstance(main.security.get("privileged"), LeftOut)
    assert main.security.get("allowPrivilegeEscalation") is False
    assert shipper.spec.get("securityContext") is None
    assert shipper.pod is pod


def test_strimzi_spreads_a_pod_over_its_template() -> None:
    pod, beside = pods("""
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec:
  kafka:
    template:
      pod:
        metadata: {labels: {team: events}}
        securityContext: {runAsNonRoot: true}
      initContainer: {securityContext: {privileged: true}}
      kafkaContainer: {securityContext: {privileged: false}}
""")
    assert pod.path == ("spec", "kafka", "template", "pod")
    assert pod.partial
    assert pod.metadata == {"labels": {"team": "events"}}
    assert pod.security == {"runAsNonRoot": True}
    assert pod.security.get("fsGroup") is None
    assert not pod.containers
    assert [(c.name, c.kind) for c in beside.containers] == [
        ("init", ContainerClass.INIT),
        ("kafka", ContainerClass.APP),
    ]
    assert beside.containers[0].path == ("spec", "kafka", "template", "initContainer")
    assert isinstance(beside.containers[0].spec.get("image"), LeftOut)
    assert isinstance(beside.security, LeftOut)
    assert beside.path == ("spec", "kafka", "template")


def test_a_tekton_step_takes_what_it_leaves_out_from_the_step_template() -> None:
    (pod,) = pods("""
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  stepTemplate: {securityContext: {runAsNonRoot: true}}
  volumes: [{name: sock, hostPath: {path: /var/run/docker.sock}}]
  steps:
  - {name: build, image: registry.example/builder:1.0}
  - {image: $(params.image), securityContext: {privileged: true}}
  sidecars:
  - {name: registry, image: registry.example/registry:2.0}
""")
    assert shown((pod,)) == [("spec", ["build", "steps[1]", "registry"])]
    build, step, _ = pod.containers
    assert build.security == {"runAsNonRoot": True}
    assert step.security == {"privileged": True}
    assert pod.spec["volumes"][0]["hostPath"] == {"path": "/var/run/docker.sock"}


def test_every_template_of_an_argo_workflow_is_a_pod() -> None:
    found = pods("""
apiVersion: argoproj.io/v1alpha1
kind: CronWorkflow
metadata: {name: nightly}
spec:
  workflowSpec:
    hostNetwork: true
    templates:
    - name: steps
      steps: [[{name: a, template: report}]]
    - name: report
      initContainers: [{name: fetch, image: registry.example/fetch:1.0}]
      container: {image: registry.example/report:1.0}
    - name: run
      script: {image: registry.example/python:3, source: print(1)}
""")
    assert shown(found) == [
        ("spec.workflowSpec", []),
        ("spec.workflowSpec.templates.1", ["fetch", "report"]),
        ("spec.workflowSpec.templates.2", ["run"]),
    ]
    assert found[0].spec.get("hostNetwork") is True
    assert isinstance(found[1].spec.get("hostNetwork"), LeftOut)


def test_prometheus_merges_its_containers_into_generated_ones() -> None:
    (pod,) = pods("""
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {name: k8s}
spec:
  podMetadata: {labels: {app: prometheus}}
  securityContext: {runAsNonRoot: true}
  containers:
  - {name: prometheus, securityContext: {readOnlyRootFilesystem: true}}
""")
    assert pod.partial
    assert pod.path == ("spec",)
    assert pod.metadata == {"labels": {"app": "prometheus"}}
    assert isinstance(pod.security.get("fsGroup"), LeftOut)
    (container,) = pod.containers
    assert isinstance(container.security.get("privileged"), LeftOut)
    assert container.path == ("spec", "containers", 0)


def test_the_security_context_of_a_spark_driver_is_its_containers() -> None:
    driver, executor = pods("""
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: {name: pi}
spec:
  driver: {hostNetwork: true, securityContext: {privileged: true}}
  executor: {image: registry.example/spark:4.0}
""")
    assert driver.spec.get("hostNetwork") is True
    assert isinstance(driver.spec.get("securityContext"), LeftOut)
    assert driver.containers[0].security == {"privileged": True}
    assert driver.containers[0].path == ("spec", "driver")
    assert executor.containers[0].spec.get("image") == "registry.example/spark:4.0"


def test_a_model_server_of_kserve_is_a_partial_container() -> None:
    (pod,) = pods("""
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec:
  predictor:
    model: {modelFormat: {name: sklearn}, securityContext: {privileged: true}}
""")
    assert shown((pod,)) == [("spec.predictor", ["model"])]
    assert pod.partial


def test_placeholders_and_wrong_types_are_unknown_in_custom_resources_too() -> None:
    (pod,) = pods("""
apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: {name: cart}
spec:
  template:
    spec:
      hostNetwork: "${HOST}"
      containers:
      - {name: cart, image: registry.example/cart:1, securityContext: {privileged: "yes"}}
""")
    assert isinstance(pod.spec.get("hostNetwork"), Unknown)
    assert isinstance(pod.containers[0].security.get("privileged"), Unknown)


@pytest.mark.parametrize(
    ("version", "kind"),
    [
        ("kyverno.io/v1", "ClusterPolicy"),
        ("templates.gatekeeper.sh/v1", "ConstraintTemplate"),
        ("argoproj.io/v1alpha1", "Application"),
        ("policy.open-cluster-management.io/v1", "ConfigurationPolicy"),
    ],
)
def test_a_pattern_of_a_pod_is_no_pod(version: str, kind: str) -> None:
    spec = "rules: [{validate: {pattern: {spec: {containers: [{name: '*', image: '*:*'}]}}}}]"
    assert pods(f"apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\nspec:\n  {spec}\n") == ()


def test_a_status_runs_nothing() -> None:
    text = (
        f"apiVersion: example.io/v1\nkind: App\nmetadata: {{name: x}}\nstatus: {{pod: {{containers: [{CONTAINER}]}}}}"
    )
    assert pods(text + "\n") == ()


@pytest.mark.parametrize("spec", ["3", "[1]", "{containers: 1}", "{templates: [1, {container: 5}]}", "null"])
def test_any_shape_is_survived(spec: str) -> None:
    text = f"apiVersion: argoproj.io/v1alpha1\nkind: Workflow\nmetadata: {{name: x}}\nspec: {spec}\n"
    assert all(pod.containers == () for pod in pods(text))
