"""A tiny centre on loopback: decodes what stations send, answers as it is told to, and keeps everything."""

import asyncio
from datetime import UTC, datetime

from riverchief.cloud.protocols.stream import StreamDecoder, acknowledge

CLOSE = object()


class Centre:
    """`answer(message, times_seen)` gives bytes to send, None for silence, or CLOSE to hang up."""

    def __init__(self, answer=None):
        self.answer = answer or (lambda message, _: acknowledge(message, datetime.now(UTC)))
        self.messages = []
        self.lines = 0
        self._server = None

    async def __aenter__(self):
        await self.listen(0)
        return self

    async def listen(self, port):
        self._server = await asyncio.start_server(self._line, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_):
        self._server.close()
        await self._server.wait_closed()

    async def _line(self, reader, writer):
        self.lines += 1
        decoder = StreamDecoder()
        while data := await reader.read(4_096):
            for message in decoder.feed(data):
                self.messages.append(message)
                answer = self.answer(message, sum(m.raw == message.raw for m in self.messages))
                if answer is CLOSE:
                    writer.close()
                    return
                if answer is not None:
                    writer.write(answer)
        writer.close()
