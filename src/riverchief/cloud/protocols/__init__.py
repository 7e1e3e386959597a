"""通信规约: bytes of a station in; messages with readings, and the acknowledgement it waits for, out (sans-IO).

    decoder = StreamDecoder()
    for message in decoder.feed(received):
        ...                                     # keep message.raw, then message.readings
        answer = acknowledge(message, clock.now())

Nothing here owns a socket, a clock, a log or a database, and nothing raises on any bytes that come in.
"""

from riverchief.cloud.protocols.messages import BEIJING, REASONS, Item, Message, Value, as_json
from riverchief.cloud.protocols.stream import StreamDecoder, acknowledge, detect

__all__ = [
    "BEIJING",
    "REASONS",
    "Item",
    "Message",
    "StreamDecoder",
    "Value",
    "acknowledge",
    "as_json",
    "detect",
]
