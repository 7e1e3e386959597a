"""接入网关: TCP connections of field stations in; durable frames, stored readings and acknowledgements out."""

from riverchief.gateway.server import catch_up, serve

__all__ = ["catch_up", "serve"]
