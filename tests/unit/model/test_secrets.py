from __future__ import annotations

import pytest

from seawall.model.secrets import Credential, credential, credential_in, credential_in_header, is_sensitive

# Written in two parts, so that no scanner of this repository takes the examples for leaks.
SHAPES = [
    ("an AWS access key", "AKIA" + "Q7RZ2NMA4LBTV5WX"),
    ("a GitHub token", "ghp_" + "a1B2c3D4e5" * 4),
    ("a GitLab token", "glpat-" + "x9Yz_12ab34CD56ef78g"),
    ("a Slack token", "xoxb-" + "123456789012-abcdefABCDEF123456"),
    ("a Stripe key", "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"),
    ("an npm token", "npm_" + "a1B2c3D4e5F6" * 3),
    ("a SendGrid key", "SG." + "a1B2c3D4e5F6g7H8i9J0kL" + "." + "m" * 43),
    ("a Google API key", "AIza" + "Sy1234567890abcdefghijklmnopqrstuvw"),
    ("a Vault token", "hvs." + "CAESIJlU12345678901234567890"),
    ("a signed token (JWT)", "eyJhbGciOiJI" + "UzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9P"),
    ("a private key", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEowIBAAKCAQEAwn3\n-----END RSA PRIVATE KEY-----"),
    ("a private key", '{"private_key": "-----BEGIN ' + 'PRIVATE KEY-----\\nMIIEvQIBADANBgkqhkiG"}'),
    ("an Azure storage key", "AccountName=a;AccountKey=" + "q" * 86 + "=="),
    ("a password in an address", "postgres://cart:" + "s3cr3t@db:5432/cart"),
    ("a registry login", '{"auths": {"r.example": {"auth": "' + 'Y2FydDpzM2NyM3Q="}}}'),
]


@pytest.mark.parametrize(("kind", "text"), SHAPES, ids=[kind for kind, _ in SHAPES])
def test_knows_an_issuers_shape(kind: str, text: str) -> None:
    assert credential_in(f"x {text} y") == Credential(kind)
    assert credential("ANYTHING", text) == Credential(kind)


@pytest.mark.parametrize(
    "text",
    [
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEF\n-----END PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nMIIDdzCCAl+gAwIBAgIEAgAAuTANBgkq\n-----END CERTIFICATE-----",
        "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
        "postgres://cart:$(DB_PASSWORD)@db:5432/cart",
        "postgres://cart:${DB_PASSWORD}@db:5432/cart",
        "postgres://cart:<password>@db:5432/cart",
        "https://example.com:8443/a@b",
        "sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
        "git@github.com:acme/shop.git",
        "password: string\ntoken: request.token\nauth(password=password, token=token)",
        "# password: hunter2hunter2",
        "password_file=/etc/shop/password",
        "bearer_token_file: /var/run/secrets/kubernetes.io/serviceaccount/token",
    ],
)
def test_leaves_other_texts_alone(text: str) -> None:
    assert credential_in(text) is None


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("DB_PASSWORD", "Tr0ub4dor&3", "a password"),
        ("spring.datasource.password", "hunter2", "a password"),
        ("dbPasswd", "12345678", "a password"),
        ("DB_PASSWORD_PROD2", "hunter2", "a password"),
        ("ADMIN_PASSWORD", "changeme", "a password that everybody would try first"),
        ("JWT_SECRET", "secret", "a secret that everybody would try first"),
        ("API_TOKEN", "f3a9c2d14b7e4f60a1b2", "a token"),
        ("SECRET_KEY_BASE", "9f86d081884c7d659a2feaa0c55ad015", "a key"),
        ("k8svaultapikey", "shop-a1b2c3d4e5f6a7b8c9d0a1b2c3d4e5f6", "a key"),
        ("clientsecret", "f3a9c2d14b7e4f60a1b2", "a secret"),
        ("apiKey", "2b1d7c1e-8f3a-4a53-9d3e-0a2c5b7d9e11", "a key"),
    ],
)
def test_a_name_gives_a_value_away(name: str, value: str, kind: str) -> None:
    assert credential(name, value) == Credential(kind, sure=False)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD", ""),
        ("DB_PASSWORD", "$(OTHER)"),
        ("DB_PASSWORD", "${DB_PASSWORD}"),
        ("DB_PASSWORD", "{{ .Values.password }}"),
        ("DB_PASSWORD", "CHANGE_ME"),
        ("DB_PASSWORD", "/etc/shop/password"),
        ("DB_PASSWORD", "db-password"),
        ("DB_PASSWORD", "true"),
        ("DB_PASSWORD", "********"),
        ("DB_PASSWORD", "vault:secret/data/shop#password"),
        ("DB_PASSWORD", "<path:secret/data/shop#pw>"),
        ("DB_PASSWORD", "bao:secret/data/shop#password"),
        ("DB_PASSWORD", "gcp:secretmanager:projects/shop/secrets/db"),
        ("DB_PASSWORD", "azure:keyvault:shop/db1"),
        ("DB_PASSWORD", "db-pw1@azurekeyvault"),
        ("DB_PASSWORD", "berglas://shop/db"),
        ("DB_PASSWORD", "sm://shop/db"),
        ("DB_PASSWORD", "aws-sm://shop/db"),
        ("DB_PASSWORD", "ssm:/shop/db"),
        ("DB_PASSWORD", "awssm:shop/db1"),
        ("DB_PASSWORD", "ENC(G6N718UuyPE5bHyWKyuLQSm02auQPUtm)"),
        ("DB_PASSWORD", "{cipher}682bc583f4641835fa2db009355293665d2647da"),
        ("RESET_PASSWORD", "never"),
        ("ALLOW_WEAK_PASSWORD", "1234567"),
        ("REQUIRE_PASSWORD", "1234567"),
        ("FILTER", r"password=\S+"),
        ("PROMPT", "Enter your password: now"),
        ("DB_URL", "jdbc:mysql://db/x?user=a&password=$(DB_PASSWORD)"),
        ("JAVA_OPTS", "-Djavax.net.ssl.keyStorePassword=${STORE_PASSWORD}"),
        ("CONFIG", '{"passwordFile": "hunter22"}'),
        ("DB_PASSWORD_FILE", "hunter2"),
        ("SHOP_SECRET_NAME", "a1b2c3d4e5f6a7b8c9d0"),
        ("TLS_SECRET", "shop-tls"),
        ("TOKEN_TTL", "3600"),
        ("CLIENT_ID", "2b1d7c1e-8f3a-4a53-9d3e-0a2c5b7d9e11"),
        ("API_TOKEN", "11111111-2222-3333-4444-555555555555"),
        ("DB_PASSWORD", "`cat"),
        ("KEY", "a1b2c3d4e5f6a7b8c9d0"),
        ("TOKEN_URL", "https://login.example/token"),
        ("MONKEY", "a1b2c3d4e5f6a7b8c9d0"),
        ("PUBLIC_KEY", "a1b2c3d4e5f6a7b8c9d0"),
        ("COMPASS", "north"),
    ],
)
def test_a_name_alone_gives_nothing_away(name: str, value: str) -> None:
    assert credential(name, value) is None


@pytest.mark.parametrize(
    "value",
    [
        "Server=db;User Id=sa;Password=S3cr3t!x;",
        "jdbc:mysql://db/x?user=a&password=hunter22",
        "-Xmx1g -Djavax.net.ssl.keyStorePassword=hunter22",
        '{"host": "db", "password": "hunter22"}',
        'org.apache.kafka.PlainLoginModule required username="a" password="hunter22";',
    ],
)
def test_finds_an_assignment_in_a_value(value: str) -> None:
    assert credential("SETTINGS", value) == Credential("a password", sure=False)


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("Authorization", "Basic " + "YWRtaW46aHVudGVyMg==", "a password in a header"),
        ("proxy-authorization", "Bearer " + "f3a9c2d14b7e4f60", "a token in a header"),
        ("Authorization", "Bearer $(TOKEN)", None),
        ("Authorization", "Basic <credentials>", None),
        ("Accept", "Basic documents", None),
    ],
)
def test_reads_a_header(name: str, value: str, kind: str | None) -> None:
    assert credential_in_header(name, value) == (kind and Credential(kind))


@pytest.mark.parametrize(
    "text",
    [
        "spring.datasource.url=jdbc:postgresql://db/shop\nspring.datasource.password=hunter2\n",
        'database:\n  user: cart\n  password: "Tr0ub4dor&3"\n',
        "requirepass ignored\nmasterauth=x\nadmin_password = hunter2",
        '{"db": {"password": "hunter2"}}',
        "Server=db;User Id=sa;Password=Str0ng!;Encrypt=true",
    ],
)
def test_finds_an_assignment_in_a_file(text: str) -> None:
    assert credential_in(text) == Credential("a password", sure=False)


def test_plurals_and_camel_case_are_read() -> None:
    assert is_sensitive("clientSecrets")
    assert is_sensitive("awsSecretAccessKey")
    assert not is_sensitive("secretsDir")


@pytest.mark.parametrize(
    "text", ["docker://foo:tag@sha256:abc", "http://a:8080?x=y@z.com", "-----BEGIN PRIVATE KEY-----" + "A: " * 20_000]
)
def test_what_only_begins_like_a_credential_is_none(text: str) -> None:
    assert credential_in(text) is None


def test_the_name_of_a_variable_is_no_password() -> None:
    assert credential("DB_PASSWORD", "STAGING_DB_PASSWORD") is None
    assert credential("DB_PASSWORD", "STAGING_DB_1") is not None
