"""Placeholders: what is filled in later, and what only looks like it."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.inventory.placeholders import has_placeholder, placeholders


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("${TAG}", ["${TAG}"]),
        ("${TAG:-1.2}", ["${TAG:-1.2}"]),
        ("registry/$ORG/app:${TAG}", ["$ORG", "${TAG}"]),
        ("{{ .Values.image }}:{{ .Values.tag }}", ["{{ .Values.image }}", "{{ .Values.tag }}"]),
        ("{{- if .x }}a", ["{{- if .x }}"]),
        ("{% if x %}a{% endif %}", ["{% if x %}", "{% endif %}"]),
        ("[[ .Values.x ]]", ["[[ .Values.x ]]"]),
        ("<CHANGE_ME>", ["<CHANGE_ME>"]),
        ("<your-registry>/app:<tag>", ["<your-registry>", "<tag>"]),
        ("<your registry here>", ["<your registry here>"]),
        ("*.<domain>", ["<domain>"]),
        ("%REPLICAS%", ["%REPLICAS%"]),
        ("@@VAR@@", ["@@VAR@@"]),
        ("app-__ENV__", ["__ENV__"]),
        ("#{Octopus.Env}", ["#{Octopus.Env}"]),
        ("#{VAR}#", ["#{VAR}#"]),
        ("((password))", ["((password))"]),
        ("CHANGEME", ["CHANGEME"]),
        ("change-me", ["change-me"]),
        ("REPLACE_ME", ["REPLACE_ME"]),
        ("TODO", ["TODO"]),
        ("YOUR_PROJECT_ID", ["YOUR_PROJECT_ID"]),
    ],
)
def test_placeholders_are_found_where_they_stand(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in placeholders(text)] == found
    assert has_placeholder(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nginx:1.27",
        "$(POD_NAME)",
        "prefix-$(POD_NAME)",
        "$$VAR",
        "/rewrite/$1",
        "/api(/|$)(.*)",
        "a<b>c",
        "List<String>",
        "x < 3 && y > 2",
        "a@b.example",
        "Jane <jane@example.com>",
        "100%",
        "25%",
        "/%20a%20b",
        "__name__",
        "__meta_kubernetes_pod_name",
        "[[:alpha:]]",
        "[a-z0-9]+",
        '{"a": {"b": 1}}',
        "{}",
        "{name}",
        "sha256:0a1b2c",
        "todo-list",
        "changemeister",
        "kernel.shm_rmid_forced",
    ],
)
def test_ordinary_values_are_decided(text: str) -> None:
    assert placeholders(text) == ()
    assert not has_placeholder(text)


@given(st.text(alphabet="${}<>%@_#()[]A:-. x\n", max_size=40))
def test_spans_are_ordered_inside_the_text_and_agree_with_the_quick_answer(text: str) -> None:
    spans = placeholders(text)
    assert has_placeholder(text) == bool(spans)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@pytest.mark.parametrize(
    "opening",
    ["${", "${{", "{{", "{{ a", "{%", "<a ", "<a <", "[[ a", "((a", "@@a", "%A", "#{", "__A", "-__A", "$a$A"],
)
def test_openings_without_an_end_are_read_once(opening: str) -> None:
    text = opening * (200_000 // len(opening))
    start = time.process_time()
    has_placeholder(text)
    assert time.process_time() - start < 1


def test_an_expression_may_have_several_lines_and_braces() -> None:
    assert placeholders("a {{ if\n{x} }} b") == ((2, 14),)
    assert placeholders("{%\n if a % b %}") == ((0, 15),)
    assert placeholders("${{ a\n}}") == ((0, 8),)
    assert has_placeholder("{{ `{{` }}")
