"""通信规约: bytes of a station in; messages with readings, and the acknowledgement it waits for, out (sans-IO)."""
