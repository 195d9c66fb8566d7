"""The estate as a picture: namespaces, workloads, ways in, flows, identities and their power."""

from seawall.model.landscape.landscape import Flow, Landscape, Space, Tile, landscape

__all__ = ["Flow", "Landscape", "Space", "Tile", "landscape"]
