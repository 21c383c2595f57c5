"""Delivery: what is due is taken by one of the processes, handed to the sender, and marked.

A message is sent at least once: a process that dies between sending and marking leaves it to the next one. Failures are
repeated with growing pauses, and given up after a day.
"""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import select, update

from rest.db import Database, Unit
from rest.outbox.tables import Outgoing
from rest.platform.vault import Vault

BATCH = 20
PATIENCE = timedelta(days=1)
POLL_SECONDS, IDLE_POLL_SECONDS = 2.0, 10.0
"""Between two looks; while nothing is due, each pause is longer than the one before it."""
SEND_SECONDS = 20.0

log = structlog.get_logger("rest.outbox")


@dataclass(frozen=True, slots=True)
class Message:
    """Something to send. Its text may hold a link that signs somebody in: keep it out of logs."""

    tenant: str
    id: UUID
    kind: str
    recipient: str
    subject: str
    text: str


class Sender(Protocol):
    """Carries messages to people. Returns whether the message is on its way; raises when it should be tried again."""

    async def send(self, message: Message) -> bool: ...


class Held:
    """The embedded default: nothing leaves this machine. Messages stay in the outbox, and the log says that one
    waits."""

    async def send(self, message: Message) -> bool:
        log.info("a message waits in the outbox", kind=message.kind, tenant=message.tenant, id=str(message.id))
        return True


def pause(attempts: int) -> timedelta:
    """Until the next try after ``attempts`` failures: 10 s, 20 s, … an hour at most."""
    return timedelta(seconds=min(3600, 10 * 2 ** min(attempts, 10)))


async def deliver_due(database: Database, vault: Vault, sender: Sender) -> int:
    """Hand over what is due, in batches; return how many were sent.

    A message is claimed by moving its due time, in a transaction of its own: no connection is held while it is sent."""
    sent = 0
    async with database.unit("", service="outbox") as unit:
        claimed = await _claim(unit)
    for row in claimed:
        done = await _try(sender, vault, row)
        async with database.unit(row.tenant) as unit:
            await _mark(unit, row.id, row.attempts, done)
        sent += done
    return sent


async def _claim(unit: Unit) -> list[Outgoing]:
    due = (
        select(Outgoing.tenant, Outgoing.id)
        .where(Outgoing.sent_at.is_(None), Outgoing.given_up_at.is_(None), Outgoing.due_at <= unit.now)
        .order_by(Outgoing.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
        .cte("due")
    )
    claim = (
        update(Outgoing)
        .where(Outgoing.tenant == due.c.tenant, Outgoing.id == due.c.id)
        .values(due_at=unit.now + timedelta(minutes=2), attempts=Outgoing.attempts + 1)
        .returning(Outgoing)
    )
    return list((await unit.session.scalars(claim)).all())


def opened(vault: Vault, row: Outgoing) -> Message:
    """The words of a row."""
    body = json.loads(vault.open(row.tenant, f"outbox.message:{row.id}", row.message))
    recipient = vault.open(row.tenant, f"outbox.recipient:{row.id}", row.recipient)
    return Message(row.tenant, row.id, row.kind, recipient, body["subject"], body["text"])


async def _try(sender: Sender, vault: Vault, row: Outgoing) -> bool:
    try:
        async with asyncio.timeout(SEND_SECONDS):
            return await sender.send(opened(vault, row))
    except Exception as error:
        log.warning("message not sent", kind=row.kind, id=str(row.id), error=type(error).__name__)
        return False


async def _mark(unit: Unit, id: UUID, attempts: int, sent: bool) -> None:
    row = update(Outgoing).where(Outgoing.tenant == unit.tenant, Outgoing.id == id)
    if sent:
        await unit.session.execute(row.values(sent_at=unit.now))
        return
    due: datetime = unit.now + pause(attempts)
    await unit.session.execute(row.values(due_at=due))
    await unit.session.execute(row.where(Outgoing.created_at < unit.now - PATIENCE).values(given_up_at=unit.now))


async def deliver_forever(database: Database, vault: Vault, sender: Sender) -> None:
    """`deliver_due` again and again, until cancelled. A database that is away is tried again."""
    wait = POLL_SECONDS
    while True:
        wait = min(1.5 * wait, IDLE_POLL_SECONDS)
        try:
            while sent := await deliver_due(database, vault, sender):
                wait = POLL_SECONDS
                if sent < BATCH:
                    break
        except Exception as error:
            log.warning("outbox", error=type(error).__name__)
        await asyncio.sleep(wait)
