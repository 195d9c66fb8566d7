"""Ports of databases and of administrators' tools, as the products assign them."""

from __future__ import annotations

from typing import Final

from seawall.core import dig

PORTS: Final = {
    22: "SSH",
    873: "rsync",
    1433: "SQL Server",
    1521: "Oracle",
    2049: "NFS",
    2181: "ZooKeeper",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    2380: "etcd",
    2746: "the Argo Workflows server",
    3306: "MySQL",
    3389: "remote desktops",
    4194: "cAdvisor",
    5005: "Java's debugger",
    5432: "PostgreSQL",
    5601: "Kibana",
    5672: "RabbitMQ",
    5900: "VNC",
    5984: "CouchDB",
    6379: "Redis",
    7687: "Neo4j",
    8086: "InfluxDB",
    8500: "Consul",
    8983: "Solr",
    9042: "Cassandra",
    9090: "Prometheus",
    9092: "Kafka",
    9093: "Alertmanager",
    9200: "Elasticsearch",
    9229: "Node.js's debugger",
    9300: "Elasticsearch",
    10250: "the kubelet",
    10255: "the kubelet",
    10257: "the controller manager",
    10259: "the scheduler",
    11211: "memcached",
    15672: "RabbitMQ's management",
    26257: "CockroachDB",
    26379: "Redis Sentinel",
    27017: "MongoDB",
    44134: "Helm's Tiller",
}
"""Ports that hardly anything else uses, and what listens there."""

BY_NAME: Final = {
    4040: ("weave|scope", "Weave Scope"),
    7000: ("cassandra|scylla", "Cassandra"),
    8080: ("jenkins", "Jenkins"),
    8123: ("clickhouse", "ClickHouse"),
    8200: ("vault|openbao", "Vault"),
    8443: ("nifi", "NiFi"),
    8888: ("jupyter|notebook", "Jupyter"),
    9000: ("clickhouse|minio|portainer", "ClickHouse, MinIO or Portainer"),
}
"""Ports that much else uses -> what the Service or an image of its pods is called if it is the product, and that."""

_PORT_NAMES: Final = {
    "jdwp": "Java's debugger",
    "jmx": "Java's management",
    "pprof": "Go's profiler",
}
"""Names of ports that say what listens there, whatever the number."""


def named_interface(entry: object) -> str | None:
    """What a port of a Service is called that says what listens there, `"jmx" (...)`; None where it says nothing."""
    for key in ("targetPort", "name"):
        name = dig(entry, key)
        if isinstance(name, str) and name in _PORT_NAMES:
            return f'"{name}" ({_PORT_NAMES[name]})'
    return None
