"""What network policies let talk to what: exact where the APIs are, unknown where they leave it to the plugin."""

from seawall.model.network.assumptions import Assumptions
from seawall.model.network.endpoints import Endpoint
from seawall.model.network.network import Connection, Network
from seawall.model.network.ports import ALL, NONE, PortSet

__all__ = ["ALL", "NONE", "Assumptions", "Connection", "Endpoint", "Network", "PortSet"]
