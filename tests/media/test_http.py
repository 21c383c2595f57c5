"""WHIP and WHEP over ASGI, with real SDP and, once, real media."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from starlette.applications import Starlette

from media.errors import Forbidden
from media.http import FRAGMENT, SDP, routes
from media.model import Who
from media.node import NodeConfig
from media.sfu import Sfu
from tests.media.clients import Player, Publisher, until, vp8
from tests.media.sdp_samples import OFFER

PLAY = OFFER.replace("a=sendonly", "a=recvonly").replace("a=rid:", "a=x-rid:").replace("a=simulcast:", "a=x-simulcast:")

UNKNOWN = OFFER.replace("opus", "speex").replace("VP", "XP").replace("H264", "H261").replace("AV1", "AV0")
TRICKLE = (
    "a=ice-ufrag:abcd\r\na=ice-pwd:x\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n"
    "a=candidate:1 1 udp 1 192.0.2.9 5 typ host\r\n"
)


class Refused(Exception):
    """Stands for the token refusal of another package: it has a `code`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


@dataclass(frozen=True)
class Entered:
    room_key: str
    who: Who


def verify(token: str, room: str) -> Entered:
    match token.split("/"):
        case ["expired"]:
            raise Refused("token-expired")
        case ["elsewhere"]:
            raise Refused("token-wrong-room")
        case ["observer"]:
            return Entered(f"default/{room}", Who("olga", may_publish=False))
        case [user, *rest]:
            return Entered(f"default/{room}", Who(user, staff=rest == ["staff"]))
        case _:
            raise Forbidden("no")


@asynccontextmanager
async def door() -> AsyncIterator[tuple[httpx.AsyncClient, Sfu]]:
    async with Sfu(NodeConfig(hosts=["127.0.0.1"])) as sfu:
        transport = httpx.ASGITransport(Starlette(routes=routes(sfu, verify)))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client, sfu


def headers(token: str = "ada", kind: str = SDP) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Content-Type": kind}


async def test_publishing_answers_201_with_the_session_and_its_end_is_200() -> None:
    async with door() as (client, sfu):
        response = await client.post("/whip/algebra", content=OFFER, headers=headers())
        assert response.status_code == 201
        assert response.headers["content-type"] == SDP
        assert "a=simulcast:recv q;h;f" in response.text
        location = response.headers["location"]
        assert location.startswith("/whip/algebra/")
        assert location.rpartition("/")[2] in sfu.publications
        assert (await client.delete(location, headers=headers("bob"))).status_code == 403
        assert (await client.delete(location, headers=headers())).status_code == 200
        assert sfu.publications == {}
        assert (await client.delete(location, headers=headers())).status_code == 404


async def test_playing_by_publication_and_by_room() -> None:
    async with door() as (client, sfu):
        location = (await client.post("/whip/algebra", content=OFFER, headers=headers())).headers["location"]
        publication = location.rpartition("/")[2]
        for path in (f"/whep/algebra/{publication}", "/whep/algebra"):
            response = await client.post(path, content=PLAY, headers=headers("eve"))
            assert response.status_code == 201
            assert response.text.count("a=sendonly") == 2
            session = response.headers["location"]
            assert (await client.delete(session, headers=headers("eve"))).status_code == 200
        assert sfu.receivers == {}
        assert (await client.post("/whep/other", content=PLAY, headers=headers())).status_code == 404
        elsewhere = await client.post(f"/whep/other/{publication}", content=PLAY, headers=headers())
        assert elsewhere.status_code == 404


@pytest.mark.parametrize(
    ("token", "status", "code"),
    [
        ("", 401, "unauthorized"),
        ("expired", 401, "unauthorized"),
        ("elsewhere", 403, "forbidden"),
        ("observer", 403, "forbidden"),
    ],
)
async def test_refused_tokens(token: str, status: int, code: str) -> None:
    async with door() as (client, sfu):
        response = await client.post("/whip/algebra", content=OFFER, headers=headers(token) if token else {})
        assert response.status_code == status
        assert response.headers["content-type"] == "application/problem+json"
        assert response.json()["code"] == code
        assert ("www-authenticate" in response.headers) == (status == 401)
        assert sfu.node.peers == {}


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"v=0 nonsense", SDP, 400),
        (b"\xff\xfe", SDP, 400),
        (OFFER.encode(), "text/plain", 415),
        (b"v=0\n" + b"x" * 100_000, SDP, 429),
        (OFFER.replace("a=sendonly", "a=recvonly").encode(), SDP, 406),
        (UNKNOWN.encode(), SDP, 406),
    ],
)  # fmt: skip
async def test_offers_that_cannot_be_used(content: bytes, kind: str, status: int) -> None:
    async with door() as (client, sfu):
        response = await client.post("/whip/algebra", content=content, headers=headers(kind=kind))
        assert response.status_code == status
        assert len(response.json()["title"]) > 10
        assert sfu.node.peers == {}
        assert sfu.rooms == {}


async def test_trickled_candidates_are_taken_and_an_ice_restart_is_answered() -> None:
    async with door() as (client, sfu):
        location = (await client.post("/whip/algebra", content=OFFER, headers=headers())).headers["location"]
        peer = next(iter(sfu.publications.values())).peer
        before = peer.ufrag
        patch = headers(kind=FRAGMENT)
        assert (await client.patch(location, content=TRICKLE, headers=patch)).status_code == 204
        assert peer.ufrag == before
        restart = await client.patch(location, content="a=ice-ufrag:new1\r\na=ice-pwd:y\r\n", headers=patch)
        assert restart.status_code == 200
        assert f"a=ice-ufrag:{peer.ufrag}" in restart.text
        assert peer.ufrag != before
        assert (await client.patch(location, content="x", headers=headers())).status_code == 415


async def test_options_tell_what_is_accepted() -> None:
    async with door() as (client, _):
        assert (await client.options("/whip/algebra")).headers["accept-post"] == SDP
        assert (await client.options("/whip/algebra/p-1")).headers["accept-patch"] == FRAGMENT


async def test_one_person_has_a_bounded_number_of_publications() -> None:
    async with door() as (client, sfu):
        statuses = [
            (await client.post("/whip/algebra", content=OFFER, headers=headers())).status_code
            for _ in range(sfu.node.limits.publications_per_user + 1)
        ]
        assert statuses[-2:] == [201, 429]


@pytest.mark.usefixtures("loopback")
async def test_media_flows_from_whip_to_whep() -> None:
    async with door() as (client, _):
        publisher, player = Publisher(), Player()
        try:
            answer = await client.post("/whip/algebra", content=await publisher.offer(), headers=headers())
            await publisher.take(answer.text)
            await publisher.connected()
            played = await client.post("/whep/algebra", content=await player.offer(), headers=headers("eve"))
            await player.take(played.text)
            await player.connected()
            for i in range(200):
                await publisher.send("video", i, 3000 * i, vp8(i, i % 3 == 0, b"x"))
                await until(lambda n=i: True)
                if player.packets:
                    break
            await until(lambda: player.packets)
        finally:
            await publisher.close()
            await player.close()
