"""What stands in place of a credential is recognised as one of its kind, and says nothing of it."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.unit.model.test_secrets import SHAPES

from seawall.core import Unknown
from seawall.model.commandlines import credentials_in_words
from seawall.model.secrets import credential, credential_in, credential_in_header, credential_in_secret, secret_text
from seawall.model.spots import Spot
from seawall.model.withhold import Withholder, without_credentials

SECRETS = {text for _, text in SHAPES} | {
    "hunter22",
    "correct-horse-9",
    "Xy7dQ2mN8pLr4TvB6w",
    "changeit",
    "passw0rd",
    "3f2a9c1e-77b0-4d2e-9a51-c0ffee123456",
}
NAMES = [
    "DB_PASSWORD",
    "apiKey",
    "TOKEN",
    "LEVEL",
    "clientSecret",
    "password",
    "note",
    "Authorization",
    "PASSWORD_FILE",
]
WORDS = [
    "--password",
    "-p",
    "mysql",
    "curl",
    "-u",
    "--token=",
    "sh",
    "-c",
    "--verbose",
    "redis-cli",
    "-a",
    "info",
    "db-0",
]
LINKS = [
    "",
    " ",
    "=",
    ": ",
    "\n",
    ";",
    "://u:",
    "@host/",
    '"',
    "'",
    "--password=",
    "password: ",
    "# ",
    "Bearer ",
    "${X}",
    ",",
]
FRAGMENTS = st.one_of(
    st.sampled_from(sorted(SECRETS)), st.sampled_from(LINKS), st.sampled_from([*NAMES, *WORDS, "a b"])
)
TEXTS = st.lists(FRAGMENTS, min_size=1, max_size=6).map("".join)
COMMAND = Spot(free=True, names=("args",))
MANY = settings(max_examples=150, deadline=None)


@MANY
@given(name=st.sampled_from(NAMES), text=TEXTS)
def test_a_text_is_taken_for_what_it_was(name: str, text: str) -> None:
    kept = Withholder().text(text, name)

    assert credential(name, kept) == credential(name, text)


@MANY
@given(text=TEXTS)
def test_a_text_without_a_name_is_taken_for_what_it_was(text: str) -> None:
    assert credential_in(Withholder().text(text)) == credential_in(text)


@MANY
@given(name=st.sampled_from(NAMES), text=TEXTS)
def test_a_header_is_taken_for_what_it_was(name: str, text: str) -> None:
    assume("-----" not in text)

    kept = Withholder().text(text, name)

    assert credential_in_header(name, kept) == credential_in_header(name, text)


@MANY
@given(words=st.lists(st.one_of(TEXTS, st.sampled_from(WORDS), st.none()), max_size=5))
def test_a_command_line_is_taken_for_what_it_was(words: list[str | None]) -> None:
    # The first line of a key begins like a flag: nobody gives one a value.
    assume(not any(word and "-----" in word for word in words))

    kept = Withholder().tree(words, COMMAND)

    assert dict(credentials_in_words(kept)) == dict(credentials_in_words(words))


@MANY
@given(text=TEXTS, name=st.sampled_from(NAMES))
def test_to_withhold_twice_is_to_withhold_once(text: str, name: str) -> None:
    withholder = Withholder()
    once = withholder.text(text, name)

    assert withholder.text(once, name) == once


@MANY
@given(key=st.sampled_from(NAMES), text=TEXTS)
def test_nothing_of_a_secret_is_kept_and_its_kind_is(key: str, text: str) -> None:
    encoded = base64.b64encode(text.encode()).decode()
    secret = {"apiVersion": "v1", "kind": "Secret", "data": {key: encoded}, "stringData": {key: text}}

    kept = Withholder().tree(secret)

    assert credential_in_secret(key, kept["stringData"][key]) == credential_in_secret(key, text)
    assert credential_in_secret(key, secret_text(kept["data"][key])) == credential_in_secret(key, text)
    for secret_part in SECRETS:
        assert secret_part not in kept["stringData"][key]


@pytest.mark.parametrize("text", sorted(SECRETS - {"changeit", "passw0rd"}))
@pytest.mark.parametrize("around", ["%s", "--password=%s", "x; export DB_PASSWORD=%s\ny", "curl -u 'me:%s' x1"])
def test_the_credential_is_gone(text: str, around: str) -> None:
    (kept,) = Withholder().tree([around.replace("%s", text)], COMMAND)

    assert kept is not None
    core = next((part for part in ("s3cr3t", "MIIEvQIBADANBgkqhkiG", "Y2FydDpzM2NyM3Q") if part in text), text)
    assert around == "%s" or core not in kept


def test_equal_credentials_stay_equal_and_others_apart() -> None:
    withholder = Withholder()
    one, same, other = (withholder.text(f"--password={text}") for text in ("hunter22", "hunter22", "hunter23"))

    assert one == same
    assert one != other


def test_a_value_without_its_credentials_does_not_depend_on_them() -> None:
    def options(password: str) -> dict[str, Any]:
        return {"driver": "cifs", "options": {"password": password, "share": "//srv/x"}}

    def plain_of(value: dict[str, Any]) -> Any:
        return without_credentials(value, ("spec", "volumes", 0, "flexVolume"), {"apiVersion": "v1", "kind": "Pod"})

    plain = plain_of(options("hunter22"))

    assert plain == plain_of(options("hunter23"))
    assert plain == plain_of(Withholder().tree(options("hunter24")))
    assert plain["options"]["share"] == "//srv/x"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", 5),
        ("data", True),
        ("data", ["hunter22", 7, None]),
        ("data", {"inner": "hunter22"}),
        ("stringData", 2.5),
    ],
)
def test_what_is_of_a_wrong_type_keeps_its_type_only(field: str, value: object) -> None:
    kept = Withholder().tree({"apiVersion": "v1", "kind": "Secret", field: {"password": value}})[field]["password"]

    assert type(kept) is type(value)
    assert "hunter22" not in repr(kept)
    assert kept != value or value is None


@pytest.mark.parametrize("placeholder", ["${PASSWORD}", "{{ .Values.password }}", "<your-password>"])
def test_a_placeholder_stays(placeholder: str) -> None:
    assert Withholder().tree({"apiVersion": "v1", "kind": "Secret", "stringData": {"password": placeholder}}) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "stringData": {"password": placeholder},
    }


def test_a_placeholder_with_a_default_goes() -> None:
    kept = Withholder().tree({"apiVersion": "v1", "kind": "Secret", "stringData": {"password": "${X:-hunter22}"}})

    assert "hunter22" not in repr(kept)


@pytest.mark.parametrize(
    "reference",
    [
        {"group": "", "kind": "Secret", "name": "db-password"},
        {"kind": "Secret"},
        {"apiVersion": "v1", "kind": "Secret", "name": "db-password", "fieldPath": "data.password"},
    ],
)
def test_what_refers_to_a_secret_holds_nothing_of_it(reference: dict[str, Any]) -> None:
    assert Withholder().tree({"kind": "Thing", "spec": {"to": [reference]}})["spec"]["to"] == [reference]


def test_a_policy_that_makes_secrets_keeps_their_name_and_no_content() -> None:
    made = {
        "apiVersion": "v1",
        "kind": "Secret",
        "name": "pull",
        "namespace": "shop",
        "data": {"data": {"x": "hunter22"}},
    }

    kept = Withholder().tree({"kind": "ClusterPolicy", "spec": {"generate": made}})["spec"]["generate"]

    assert (kept["name"], kept["namespace"]) == ("pull", "shop")
    assert "hunter22" not in repr(kept)


def test_what_is_unknown_stays_so() -> None:
    unknown = Unknown("x<random>")

    assert Withholder().tree({"kind": "Pod", "spec": unknown})["spec"] is unknown
