"""Messages are sent when, and only when, what caused them was committed; and again until it works."""

import asyncio

import pytest
import structlog

from rest.outbox.delivery import Held, Message, deliver_due, pause
from rest.outbox.service import post
from rest.outbox.texts import SET_PASSWORD, VERIFY, WELCOME, words
from tests.rest.identity.test_account import Kept
from tests.rest.world import Rest, School, code, open_rest


async def write(rest: Rest, school: School) -> None:
    async with rest.database.unit(school.tenant) as unit:
        await post(unit, rest.vault, VERIFY, "ada@sea.example", None, "en", link="https://x/#token=s3cret")


class Broken:
    """A sender that fails."""

    def __init__(self) -> None:
        self.tries = 0

    async def send(self, message: Message) -> bool:
        self.tries += 1
        raise OSError(message.text)


async def drain(rest: Rest) -> None:
    """Send what other tests left."""
    while await deliver_due(rest.database, rest.vault, Kept()):
        pass


async def test_a_message_is_sent_once_by_one_of_several_processes(rest: Rest, school: School) -> None:
    await drain(rest)
    await write(rest, school)
    senders = [Kept() for _ in range(4)]
    await asyncio.gather(*(deliver_due(rest.database, rest.vault, sender) for sender in senders))
    assert [message.recipient for sender in senders for message in sender.messages] == ["ada@sea.example"]


async def test_a_message_of_a_transaction_that_failed_does_not_exist(rest: Rest, school: School) -> None:
    await drain(rest)
    with pytest.raises(ZeroDivisionError):
        async with rest.database.unit(school.tenant) as unit:
            await post(unit, rest.vault, VERIFY, "ada@sea.example", None, "en", link="x")
            raise ZeroDivisionError
    assert await deliver_due(rest.database, rest.vault, Kept()) == 0


async def test_failures_are_repeated_with_pauses_and_given_up_after_a_day(rest: Rest, school: School) -> None:
    await drain(rest)
    await write(rest, school)
    sender = Broken()
    waited = 0.0
    for attempts in range(1, 40):
        await deliver_due(rest.database, rest.vault, sender)
        await deliver_due(rest.database, rest.vault, sender)
        step = pause(attempts).total_seconds()
        rest.clock.advance(step)
        waited += step
        if sender.tries < attempts:
            break
    assert 86_400 <= waited < 86_400 + 3 * 3600
    assert 20 < sender.tries < 40


async def test_nothing_of_a_message_is_logged(rest: Rest, school: School) -> None:
    await drain(rest)
    await write(rest, school)
    with structlog.testing.capture_logs() as logs:
        await deliver_due(rest.database, rest.vault, Broken())
        rest.clock.advance(600)
        await deliver_due(rest.database, rest.vault, Held())
    assert [entry["event"] for entry in logs] == ["message not sent", "a message waits in the outbox"]
    assert "s3cret" not in str(logs)
    assert "ada@" not in str(logs)


@pytest.mark.parametrize("kind", [VERIFY, SET_PASSWORD, WELCOME])
@pytest.mark.parametrize("locale", ["en", "es", "ar", "pt-BR", None])
def test_every_message_has_its_words_in_every_language(kind: str, locale: str | None) -> None:
    subject, text = words(kind, locale, link="https://x", institution="North")
    assert subject
    assert "https://x" in text
    assert "{" not in subject + text


async def test_the_outbox_is_shown_to_this_machine_only(rest: Rest, pg_dsn: str, school: School) -> None:
    await write(rest, school)
    path = f"/api/v1/dev/outbox?institution={school.tenant}"
    assert code(await rest.client.get(path), 404) == "no-outbox"
    async with open_rest(pg_dsn, rest.clock.wall(), show_outbox=True) as shown:
        (message,) = (await shown.client.get(path)).json()
        assert (message["recipient"], message["kind"]) == ("ada@sea.example", "verify-email")
        assert "s3cret" in message["text"]
        for headers in ({"Host": "evil.example:8000"}, {"X-Forwarded-For": "10.0.0.1"}, {"Forwarded": "for=10.0.0.1"}):
            assert code(await shown.client.get(path, headers=headers), 404) == "no-outbox"
