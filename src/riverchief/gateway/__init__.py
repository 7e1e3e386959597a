"""接入网关: TCP connections of field stations in; durable frames, stored readings and acknowledgements out."""
