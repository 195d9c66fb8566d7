from __future__ import annotations

import pytest

from seawall.core import Unknown
from seawall.model.commandlines import credentials_in_words


@pytest.mark.parametrize(
    ("words", "index"),
    [
        (["mysqladmin", "ping", "--password=hunter22"], 2),
        (["sh", "-c", "export PASSWORD=hunter22"], 2),
        (["redis-server", "--requirepass", "hunter22"], 2),
        (["sh", "-c", "redis-server --requirepass hunter22"], 2),
        (["curl", "-u", "admin:hunter22", "http://web/"], 2),
        (["curl", "-uadmin:hunter22", "http://web/"], 1),
        (["curl", "--fail", "--user", "admin:hunter22", "http://web/"], 3),
        (["sh", "-c", "curl -fsS -u admin:'hunter22' http://web/"], 2),
        (["mysql", "-uroot", "-phunter22", "-e", "select 1"], 2),
        (["bash", "-ec", "exec /usr/bin/mysqladmin -u root -p'hunter22' ping"], 2),
        (["redis-cli", "-a", "hunter22", "ping"], 2),
        (["sh", "-c", "true; redis-cli -a hunter22 ping"], 2),
        (["curl", "-H", "Authorization: Bearer " + "f3a9c2d14b7e4f60"], 2),
        (["--db-password", "hunter2"], 1),
    ],
)
def test_finds_the_word(words: list[str], index: int) -> None:
    assert [place for place, _ in credentials_in_words(words)] == [index]


@pytest.mark.parametrize(
    "words",
    [
        ["mysqladmin", "ping", "-p$(MYSQL_PASSWORD)"],
        ["sh", "-c", 'mysqladmin ping -uroot -p"${MYSQL_ROOT_PASSWORD}"'],
        ["sh", "-c", "mysqladmin ping -uroot -p${MYSQL_ROOT_PASSWORD}"],
        ["sh", "-c", "mysql -P3306 -p < /dump.sql"],
        ["curl", "-u", "admin:$(PASSWORD)", "http://web/"],
        ["sh", "-c", 'curl -u "elastic:${ELASTIC_PASSWORD}" https://es:9200/'],
        ["curl", "-u", "admin", "http://web:80/"],
        ["redis-cli", "-a", "$(REDIS_PASSWORD)", "ping"],
        ["sh", "-c", "redis-cli -h localhost -a $REDIS_PASSWORD ping"],
        ["sh", "-c", 'echo "--password must be set"'],
        ["sh", "-c", "echo use --password wisely"],
        ["mkdir", "-p", "hunter22"],
        ["sh", "-c", "# curl -u admin:hunter22 http://web/\ncurl http://web/ # -u admin:hunter22"],
        ["sh", "-c", "mkdir -phunter22; cp -a hunter22 /x"],
        ["docker", "run", "-u", "1000:10001"],
        ["--password", "--verbose1"],
        ["--token-file", "f3a9c2d14b7e4f60a1b2"],
        ["curl", "-H", "Authorization: Bearer ${TOKEN}"],
    ],
)
def test_leaves_references_and_other_flags_alone(words: list[str]) -> None:
    assert list(credentials_in_words(words)) == []


def test_a_word_that_is_filled_in_later_ends_a_flag() -> None:
    assert list(credentials_in_words(["--password", Unknown("${PASSWORD}"), "hunter22", 5])) == []
