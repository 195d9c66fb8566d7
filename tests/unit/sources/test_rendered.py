from typing import Any

import pytest

from seawall.core import Document, Path, Precision
from seawall.sources.rendered import Rendered, Template
from seawall.yamltext import Broken, Reader

TEMPLATE = """\
{{- /* a comment
   metadata: over two lines */ -}}
# for people
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
  labels:
    {{- include "web.labels" . | nindent 4 }}
spec:
  template:
    spec:
      {{- if .Values.host }}
      hostNetwork: true
      {{- else }}
      hostNetwork: false
      {{- end }}
      {{- with .Values.podSecurityContext }}
      securityContext:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{ if .Values.pid }}hostPID: true{{ end }}
      containers:
      - name: web
        image: "{{ .Values.image }}"  # the app
        "ports":
        - containerPort: 80
          hostPort: 80
      {{- range .Values.sidecars }}
      - name: {{ .name }}
        image: {{ .image }}
      {{- end }}
      -
        name: last
      volumes:
        {{- toYaml .Values.volumes | nindent 8 }}
---
kind: Service
metadata:
  name: one
spec:
  type: NodePort
---
kind: Service
metadata:
  name: two
spec:
  type: LoadBalancer
"""

DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: release-web
  labels: {app: web}
spec:
  template:
    spec:
      hostNetwork: false
      hostPID: true
      securityContext: {runAsUser: 0}
      containers:
      - name: web
        image: nginx
        ports:
        - {containerPort: 80, hostPort: 80}
      - {name: a, image: a}
      - {name: b, image: b}
      - {name: last}
      volumes:
      - hostPath: {path: /}
"""

POD = ("spec", "template", "spec")


def document(template: str, rendered: str) -> Document:
    text = Reader().read(rendered)[0]
    assert not isinstance(text, Broken)
    return Document("t.yaml", Rendered(text, text.value, Template("t.yaml", template), "t.yaml"))


def line_of(template: str, rendered: str, path: Path) -> str:
    found = document(template, rendered)
    place = found.locate(path)
    assert place.precision is Precision.TEMPLATE
    assert place.file == "t.yaml"
    return found.excerpt(place.span.line, place.span.line, place.file)[0].strip()


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), "apiVersion: apps/v1"),
        (("kind",), "kind: Deployment"),
        (("metadata", "name"), "name: {{ .Release.Name }}-web"),
        (("metadata", "labels", "app"), '{{- include "web.labels" . | nindent 4 }}'),
        ((*POD, "hostNetwork"), "hostNetwork: false"),
        ((*POD, "hostPID"), "{{ if .Values.pid }}hostPID: true{{ end }}"),
        ((*POD, "securityContext"), "securityContext:"),
        ((*POD, "securityContext", "runAsUser"), "{{- toYaml . | nindent 8 }}"),
        ((*POD, "containers"), "containers:"),
        ((*POD, "containers", 0), "- name: web"),
        ((*POD, "containers", 0, "image"), 'image: "{{ .Values.image }}"  # the app'),
        ((*POD, "containers", 0, "ports", 0, "hostPort"), "hostPort: 80"),
        ((*POD, "containers", 0, "securityContext", "privileged"), "- name: web"),
        ((*POD, "containers", 1, "image"), "image: {{ .image }}"),
        ((*POD, "containers", 3, "name"), "name: last"),
        ((*POD, "volumes", 0, "hostPath"), "{{- toYaml .Values.volumes | nindent 8 }}"),
        ((*POD, "hostIPC"), "spec:"),
    ],
)
def test_the_template_line_that_made_it(path: Path, line: str) -> None:
    assert line_of(TEMPLATE, DEPLOYMENT, path) == line


@pytest.mark.parametrize(("name", "kind"), [("one", "NodePort"), ("two", "LoadBalancer")])
def test_the_part_of_the_template_that_an_object_is_like(name: str, kind: str) -> None:
    rendered = f"kind: Service\nmetadata: {{name: {name}}}\nspec: {{type: {kind}}}\n"
    assert line_of(TEMPLATE, rendered, ("spec", "type")) == f"type: {kind}"


def test_all_items_of_a_range_come_from_its_one_line() -> None:
    template = "spec:\n  containers:\n  {{- range .Values.all }}\n  - name: {{ . }}\n  {{- end }}\n"
    rendered = "spec:\n  containers: [{name: a}, {name: b}]\n"
    assert line_of(template, rendered, ("spec", "containers", 1, "name")) == "- name: {{ . }}"


def test_a_template_that_only_includes_another() -> None:
    assert (
        line_of('{{ include "lib.all" . }}\n', "kind: Pod\nspec: {a: 1}\n", ("spec", "a"))
        == '{{ include "lib.all" . }}'
    )


def test_an_empty_template_has_a_first_line() -> None:
    place = document("", "kind: Pod\n").locate(("kind",))
    assert (place.span.line, place.span.column) == (1, 1)


@pytest.mark.parametrize(("value", "literal"), [("true", "true"), ("null", "null"), ("'1'", '"1"')])
def test_of_an_if_and_its_else_the_line_that_says_the_value(value: str, literal: str) -> None:
    template = f"{{{{ if .a }}}}\na: other\n{{{{ else }}}}\na: {literal}\n{{{{ end }}}}\n"
    assert line_of(template, f"a: {value}\n", ("a",)) == f"a: {literal}"


def test_where_an_object_starts_and_what_it_has() -> None:
    found = document(TEMPLATE, DEPLOYMENT)
    span, depth = found.text.locate((*POD, "hostIPC"))
    assert depth == 3
    assert found.text.line == 4
    assert found.text.lines(span.line, span.line) == ["    spec:"]
    assert found.excerpt(1, 1, "other.yaml") == []


def test_without_its_template_an_object_has_a_file_only() -> None:
    text: Any = Reader().read("kind: Pod\n")[0]
    place = Document("Chart.yaml", Rendered(text, text.value, None, "Chart.yaml")).locate(("kind",))
    assert place.precision is Precision.DOCUMENT
    assert place.file == "Chart.yaml"
    assert Rendered(text, text.value, None, "Chart.yaml").lines(1, 1) == []
