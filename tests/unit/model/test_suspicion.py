"""More is suspicious than is found, and what everybody writes is not."""

from __future__ import annotations

import pytest

from seawall.model.suspicion import is_glued_password, is_secret_name, looks_drawn, may_be_secret, takes_secrets

SUSPICIOUS = [
    *(
        "redis://:S3cr3t@redis:6379/0",
        "mongodb+srv://u:pass@h1,h2/db",
        "amqp://u:two words@mq/x",
        "https://abcdef1234@x/y",
    ),
    *("jdbc:mysql://db/x?user=a&password=b", "jdbc:oracle:thin:scott/tiger@//db:1521/x", "u:pw1@host"),
    *("https://x.example/c?sv=2020&sig=abc", "admin:$apr1$abc$xyz", "machine x login me password y"),
    *("[client]\npassword = a\n", "proxy_set_header X-Api-Key a;", "ALTER USER x IDENTIFIED BY 'y'", "token: a b"),
    *("YWRtaW46aHVudGVyMg==", "Aa1!abcd", "qX7tLw9Lp3zR5t", "9f86d081884c7d659a2feaa0c55ad015", "tool -p hunter2 -v"),
    "abandon ability able about above absent absorb abstract absurd abuse access across",
]
PLAIN = [
    *("info", "true", "30s", "1h30m", "8080", "a b c", "/etc/app/config.yaml", "http://web:8080/healthz", "10.0.0.0/8"),
    *("$(DB_PASSWORD)", "${TOKEN}", "postgres://u:$(PASSWORD)@db/x", "registry.example/team/web:1.0", "a:1,b:2"),
    *("kubernetes.io/hostname", "RotateKubeletServerCertificate=true", "listen 80;\n", "mkdir -p /data", "-p 80:80"),
    *("Http2ServerOptions", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "2024-01-01T00:00:00Z", "db-password"),
    "web@sha256:" + "9f86d081884c7d65" * 4,
]


@pytest.mark.parametrize("text", SUSPICIOUS)
def test_what_may_be_a_credential_is_suspicious_without_a_name(text: str) -> None:
    assert may_be_secret(text, "NOTE")


@pytest.mark.parametrize("text", PLAIN)
def test_what_everybody_writes_is_not(text: str) -> None:
    assert not may_be_secret(text, "NOTE")


@pytest.mark.parametrize(
    "name",
    ["PIN", "PWD_DB", "KEY", "pgpass", "ROOTPW", "client-key-data", "vaultapikey", "AUTH", "JWT_SECRET_2", "wifi-psk"],
)
def test_names_that_give_a_value_away(name: str) -> None:
    assert is_secret_name(name)
    assert may_be_secret("sunshine", name)
    assert not may_be_secret("true", name)
    assert not may_be_secret("/run/secrets/db", name)


@pytest.mark.parametrize("name", ["TOKEN_FILE", "secretName", "PORT", "monitor", "PASSWORD_MIN_LENGTH", "tokenTTL", ""])
def test_names_that_do_not(name: str) -> None:
    assert not is_secret_name(name)
    assert not may_be_secret("sunshine", name)


def test_flags_and_users_give_away_what_follows_them() -> None:
    assert may_be_secret("pl4inP4ss", "-p")
    assert may_be_secret("admin:x", "--user")
    assert not may_be_secret("8080:80", "-p")
    assert not may_be_secret("1000:1000", "--user")
    assert not may_be_secret("system:serviceaccount:a:b", "user")


def test_a_checksum_is_no_key() -> None:
    digest = "9f86d081884c7d659a2feaa0c55ad015"

    assert looks_drawn(digest)
    assert not may_be_secret(digest, "checksum/config")


def test_words_of_command_lines() -> None:
    assert is_glued_password("-phunter2")
    assert not is_glued_password("-p8080")
    assert not is_glued_password("-port")
    assert takes_secrets("/usr/bin/htpasswd")
    assert not takes_secrets("cat")
