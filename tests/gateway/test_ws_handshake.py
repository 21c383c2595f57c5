import pytest
from websockets.client import ClientProtocol
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.http11 import Response
from websockets.uri import parse_uri

from gateway.ws_handshake import HandshakeRefused, Place, Request, accept, parse_request, place_of


def request_of(client: ClientProtocol) -> Request:
    client.send_request(client.connect())
    return parse_request(b"".join(client.data_to_send()))


def test_an_independent_client_accepts_the_answer() -> None:
    client = ClientProtocol(parse_uri("ws://class.example/yjs/algebra/text.notes?token=abc"))
    request = request_of(client)
    client.receive_data(accept(request))
    (response,) = client.events_received()
    assert isinstance(response, Response)
    assert response.status_code == 101
    assert client.handshake_exc is None
    assert place_of(request.path) == Place("yjs", "algebra", "text.notes")
    assert request.token == "abc"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ=="}, b"426"),
        ({"sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==", "sec-websocket-version": "8"}, b"426"),
        ({"sec-websocket-version": "13"}, b"400"),
        ({"sec-websocket-key": "c2hvcnQ=", "sec-websocket-version": "13"}, b"400"),
        ({"sec-websocket-key": "not base64 !", "sec-websocket-version": "13"}, b"400"),
    ],
)
def test_improper_handshakes_are_refused(headers: dict[str, str], status: bytes) -> None:
    with pytest.raises(HandshakeRefused) as refused:
        accept(Request("GET", "/ws/rooms/a?token=secret", headers))
    assert refused.value.response.startswith(b"HTTP/1.1 " + status)
    assert b"secret" not in refused.value.response


def test_only_get_opens_a_websocket() -> None:
    with pytest.raises(HandshakeRefused):
        accept(Request("POST", "/ws/rooms/a", {}))


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/ws/rooms/algebra", Place("native", "algebra")),
        ("/ws/rooms/algebra/", Place("native", "algebra")),
        ("/hocuspocus", Place("hocuspocus")),
        ("/hocuspocus/", Place("hocuspocus")),
        ("/yjs/a/b", Place("yjs", "a", "b")),
        ("/yjs/a", None),
        ("/yjs/a/b/c", None),
        ("/ws/rooms", None),
        ("/", None),
        ("/elsewhere", None),
    ],
)
def test_doors(path: str, place: Place | None) -> None:
    assert place_of(path) == place


@pytest.mark.parametrize(
    ("target", "headers", "token"),
    [
        ("/x", {}, None),
        ("/x?token=a%2Bb", {}, "a+b"),
        ("/x?other=1&token=t", {}, "t"),
        ("/x?token=q", {"authorization": "Bearer h"}, "h"),
        ("/x?token=q", {"authorization": "Basic h"}, "q"),
        ("/x?token=", {}, None),
        ("/x?" + "&".join(f"f{i}=1" for i in range(99)), {}, None),
    ],
)
def test_where_the_token_is_looked_for(target: str, headers: dict[str, str], token: str | None) -> None:
    assert Request("GET", target, headers).token == token


def test_door_3_compression_is_declined() -> None:
    client = ClientProtocol(
        parse_uri("ws://class.example/ws/rooms/algebra"), extensions=[ClientPerMessageDeflateFactory()]
    )
    request = request_of(client)
    assert "permessage-deflate" in request.headers["sec-websocket-extensions"]
    client.receive_data(accept(request))
    assert client.handshake_exc is None
    assert client.extensions == []
