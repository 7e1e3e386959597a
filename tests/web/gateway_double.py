"""A real HTTP server on loopback that answers as a gateway's documents say; each test says how."""

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


@dataclass
class Gateway:
    """What was asked, and `answer(asked)` → body, or (status, body); a slow one waits in its answer."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    answer: Any = None

    def of(self, path):
        return [one for one in self.asked if one.path == path]


@contextlib.contextmanager
def serving(answer):
    gateway = Gateway(answer=answer)

    class Handler(BaseHTTPRequestHandler):
        def _any(self):
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length).decode()
            try:
                body = json.loads(raw) if raw else None
            except ValueError:
                body = dict(parse_qsl(raw))
            parts = urlsplit(self.path)
            asked = Asked(self.command, parts.path, dict(parse_qsl(parts.query)), dict(self.headers), body)
            gateway.asked.append(asked)
            said = gateway.answer(asked)
            status, said = said if isinstance(said, tuple) else (200, said)
            raw = said.encode() if isinstance(said, str) else json.dumps(said, ensure_ascii=False).encode()
            with contextlib.suppress(OSError):  # who asked may have gone
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

        do_GET = do_POST = _any

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    gateway.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield gateway
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
