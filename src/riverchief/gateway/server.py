"""The only sockets to the field: one port, every protocol, an acknowledgement only for what is durable."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from riverchief.base.errors import InputError, StoreError
from riverchief.base.time import Clock
from riverchief.cloud.protocols import Message, StreamDecoder, acknowledge
from riverchief.gateway.devices import Devices, device_name
from riverchief.gateway.intake import Heard, Intake
from riverchief.gateway.storing import Storing
from riverchief.store import open_store

# The wire runs in the wall's seconds, whatever the clock of a demonstration says.
HALF_FRAME_S = 10.0  # HJ 212 lets a station wait 10 s; a frame that stops in the middle for as long is over
SLOW_READER_S = 30.0  # for a station that does not take its acknowledgements
CHUNK_BYTES = 64 << 10  # of one connection at a time; the next are read when these are durable
NOISE_BYTES = 256 << 10  # without one valid frame between: whoever sends it is no station

_log = logging.getLogger(__name__)


class Gateway:
    """Listens to stations for one data folder.

    Parameters
    ----------
    intake
        Started; takes the frames.
    clock
        Stamps arrivals, and the acknowledgements that carry a time.
    half_frame_s
        How long a half frame may wait for its rest [s on the wall].
    """

    def __init__(self, intake: Intake, clock: Clock, *, half_frame_s: float = HALF_FRAME_S) -> None:
        self._intake = intake
        self._clock = clock
        self._half_frame_s = half_frame_s
        self._connections: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def listen(self, host: str, port: int) -> int:
        """Accept connections from now on; gives the port, which is a free one when 0 was asked for.

        Raises
        ------
        InputError
            When the address cannot be listened on.
        """
        try:
            self._server = await asyncio.start_server(self._accept, host, port, limit=CHUNK_BYTES)
        except OSError as error:
            raise InputError(
                f"the gateway cannot listen on {host}:{port}: {error.strerror or error}. Choose another port, or stop "
                f"what uses it.",
                host=host,
                port=port,
            ) from error
        found: int = self._server.sockets[0].getsockname()[1]
        return found

    async def close(self) -> None:
        """Hang up on everybody; frames that are not acknowledged yet will be sent again."""
        if self._server is not None:
            self._server.close()
        for connection in list(self._connections):
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await _Connection(reader, writer, self._intake, self._clock).run(self._half_frame_s)
        except asyncio.CancelledError:
            pass  # the gateway ends
        except (OSError, TimeoutError) as error:
            _log.info("connection lost: %s", error)
        except Exception:  # noqa: BLE001  # one station must not take the others down
            _log.exception("a connection failed; the others go on")
        finally:
            self._connections.discard(task)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()


class _Connection:
    """One station's line: bytes in, acknowledgements out, never more than one chunk under way."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, intake: Intake, clock: Clock
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._intake = intake
        self._clock = clock
        self._decoder = StreamDecoder()
        self._device = ""
        self._noise_bytes = 0
        host, port, *_ = writer.get_extra_info("peername") or ("?", 0)
        self._peer = f"{host}:{port}"
        line = writer.get_extra_info("socket")
        if line is not None:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)

    async def run(self, half_frame_s: float) -> None:
        """Take what comes until the station hangs up, or sends nothing but noise."""
        data = b"?"
        while data and self._noise_bytes <= NOISE_BYTES:
            try:
                async with asyncio.timeout(half_frame_s if self._decoder.pending else None):
                    data = await self._reader.read(CHUNK_BYTES)
            except TimeoutError:
                messages = self._decoder.flush()
            else:
                messages = self._decoder.feed(data) if data else self._decoder.flush()
            if messages:
                await self._take(messages)
        if data:
            _log.warning("%s sent %d bytes without a valid frame: hanging up", self._peer, self._noise_bytes)

    async def _take(self, messages: list[Message]) -> None:
        at = self._clock.now()
        heard = []
        for message in messages:
            if message.valid:
                self._noise_bytes = 0
                self._device = device_name(message.protocol, message.device) if message.device else self._device
            else:
                self._noise_bytes += len(message.raw)
            heard.append(Heard(message, at, self._peer, self._device))
        try:
            await self._intake.keep(heard)
        except StoreError:
            return  # said by the intake; without an acknowledgement the station sends it again
        for message in messages:
            answer = acknowledge(message, self._clock.now())
            if answer is not None:
                self._writer.write(answer)
        async with asyncio.timeout(SLOW_READER_S):
            await self._writer.drain()


async def serve(
    folder: Path | str,
    host: str,
    port: int,
    clock: Clock,
    devices: Mapping[tuple[str, str], str] | None = None,
    *,
    limit_bytes: int | None = None,
    half_frame_s: float = HALF_FRAME_S,
    ready: Callable[[int], None] | None = None,
) -> None:
    """Run the gateway of a data folder until it is cancelled.

    Parameters
    ----------
    folder
        The data folder, made where it is missing.
    host, port
        Where to listen; port 0 takes a free one.
    clock
        Tells when frames arrive.
    devices
        (protocol, address) → station code; None reads `devices.json` of the folder, again whenever it changes.
    limit_bytes
        How much the folder may hold; None takes the folder's setting.
    half_frame_s
        How long a half frame may wait for its rest [s on the wall].
    ready
        Is told the port when stations may call.

    Raises
    ------
    InputError
        When the address cannot be listened on.
    StoreError
        When the folder cannot be used, or another gateway writes its frame log.
    """
    with open_store(folder, clock, limit_bytes=limit_bytes) as store:
        intake = Intake(store, Storing(store, clock, Devices(store.folder, devices)))
        gateway = Gateway(intake, clock, half_frame_s=half_frame_s)
        try:
            await intake.start()
            found = await gateway.listen(host, port)
            if ready is not None:
                ready(found)
            await intake.run()
        finally:
            await gateway.close()
            await intake.stop()


def catch_up(folder: Path | str, clock: Clock, devices: Mapping[tuple[str, str], str] | None = None) -> int:
    """Store what the frame log of a folder has and the store does not, without listening; gives the frames stored.

    Parameters
    ----------
    folder
        The data folder, such as one that was just restored.
    clock
        Tells when the readings become known.
    devices
        As of `serve`.

    Raises
    ------
    StoreError
        When the folder cannot be used, is full, or a gateway runs on it.
    """
    with open_store(folder, clock) as store:
        storing = Storing(store, clock, Devices(store.folder, devices))
        n_frames = 0
        for batch in storing.undecoded():
            storing.store(batch)
            n_frames += len({logged.frame_no for logged in batch})
        return n_frames
