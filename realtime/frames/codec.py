"""Native frames to bytes and back. Sizes are checked before anything is parsed."""

import msgspec

from realtime.frames.client import ClientFrame
from realtime.frames.server import ServerFrame

_encoder = msgspec.msgpack.Encoder()
_client_decoder = msgspec.msgpack.Decoder(ClientFrame)
_server_decoder = msgspec.msgpack.Decoder(ServerFrame)


class BadFrame(ValueError):
    """Bytes that are no frame of this protocol."""


class FrameTooBig(BadFrame):
    """More bytes than a frame may have."""


def encode(frame: ClientFrame | ServerFrame) -> bytes:
    """One frame as MessagePack."""
    return _encoder.encode(frame)


def decode_client(data: bytes, limit: int) -> ClientFrame:
    """A client's frame; raise `FrameTooBig` past ``limit`` bytes and `BadFrame` for anything else that is wrong."""
    _check_size(data, limit)
    try:
        return _client_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from None


def decode_server(data: bytes, limit: int) -> ServerFrame:
    """A server's frame, for clients written in Python; raises as `decode_client` does."""
    _check_size(data, limit)
    try:
        return _server_decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadFrame(str(error)) from None


def _check_size(data: bytes, limit: int) -> None:
    if len(data) > limit:
        raise FrameTooBig(f"a frame of {len(data)} bytes, {limit} at most")
