"""Ports of databases and of administrators' tools, as the products assign them."""

from __future__ import annotations

from typing import Final

PORTS: Final = {
    22: "SSH",
    1433: "SQL Server",
    1521: "Oracle",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    2380: "etcd",
    2746: "the Argo Workflows server",
    3306: "MySQL",
    3389: "remote desktops",
    5432: "PostgreSQL",
    5601: "Kibana",
    5900: "VNC",
    5984: "CouchDB",
    6379: "Redis",
    8086: "InfluxDB",
    9042: "Cassandra",
    9090: "Prometheus",
    9093: "Alertmanager",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    10250: "the kubelet",
    10255: "the kubelet",
    11211: "memcached",
    15672: "RabbitMQ's management",
    27017: "MongoDB",
    44134: "Helm's Tiller",
}
"""Ports that hardly anything else uses, and what listens there."""

BY_NAME: Final = {
    4040: ("weave|scope", "Weave Scope"),
    8080: ("jenkins", "Jenkins"),
    8443: ("nifi", "NiFi"),
    8888: ("jupyter|notebook", "Jupyter"),
}
"""Ports that much else uses -> what the Service or an image of its pods is called if it is the product, and that."""
