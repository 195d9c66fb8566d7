"""What a message may repeat of the values that a chart was given."""

from __future__ import annotations

import pytest

from seawall.sources.discreet import without_credentials

GIVEN = {
    "db": {"password": "sesame", "user": "shopkeeper"},
    "tlsSecretPerReplica": {"prefix": "prometheus", "key": "s3same!!", "long": "correcthorsebatterystaple"},
    "tokens": [{"value": "oyster"}, "lobster", 123456],
}


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("no 'sesame' here", "no '(not shown)' here"),
        ("postgres://shopkeeper:sesame@db", "postgres://shopkeeper:(not shown)@db"),
        ("sesame-seeds and opensesame", "sesame-seeds and opensesame"),
        ("prometheus-node-exporter, prometheus", "prometheus-node-exporter, prometheus"),
        ("key=s3same!!x", "key=(not shown)x"),
        ("xcorrecthorsebatterystaple", "x(not shown)"),
        ("lobster 123456 1234567 oyster", "(not shown) (not shown) 1234567 oyster"),
    ],
)
def test_a_credential_is_left_out_and_a_word_is_not(message: str, shown: str) -> None:
    assert without_credentials(message, [GIVEN]) == shown


def test_a_longer_credential_is_left_out_as_a_whole() -> None:
    assert without_credentials("p4ss-word", [{"a-token": "p4ss", "b-token": "p4ss-word"}]) == "(not shown)"
