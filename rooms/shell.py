"""The shell of one room: its mailbox, its links, its timers; it carries out what the room decides and holds no rules.

Everything here runs in one go on the event loop; what has to wait (the log, the leases) is the host's.
"""

import logging
from collections.abc import Callable
from typing import Protocol

from realtime.envelopes import Detach, FromRoom, Kick, LinkLost, Message, Noted, StageSet, ToRoom, outlet
from realtime.ids import gateway_of
from realtime.limits import Limits
from rooms.effects import Append, Effect, Fanout, Hurry, KickConns, LoadDocument, Note, Quarantine, Send, TellMedia
from rooms.links import Link, Links, Verdict
from rooms.log import Entry, Stored
from rooms.mailbox import Mailbox, is_request
from rooms.room import Room
from rooms.window import Company, flush_at

logger = logging.getLogger(__name__)

TURN_MESSAGES = 64
"""Messages of one room handled before the next room has its turn."""
SLOW_LOAD_SECONDS = 0.5
ACTIVE_SECONDS = 5.0
"""So long after its last message a link is part of the worker's pulse."""


class Timer(Protocol):
    """What `Host.call_later` returns."""

    def cancel(self) -> None: ...


class Host(Protocol):
    """What a shell needs from the process."""

    limits: Limits
    worker: str

    def monotonic(self) -> float: ...

    def wall(self) -> float: ...

    def publish(self, channel: str, message: Message) -> None: ...

    def append(self, entry: Entry, awaited: bool) -> None: ...

    def hurry(self) -> None: ...

    def load(self, shell: "RoomShell", doc: str) -> None: ...

    def quarantine(self, shell: "RoomShell", doc: str, reason: str) -> None: ...

    def tell_media(self, stage: StageSet) -> None: ...

    def note(self, noted: Noted) -> None: ...

    def call_later(self, seconds: float, callback: Callable[[], None]) -> Timer: ...

    def window(self, now: float) -> float:
        """Seconds to keep between two flushes of a room."""
        ...

    def may_serve(self) -> bool:
        """Whether the worker's liveness stands."""
        ...

    def broken(self, shell: "RoomShell", error: Exception) -> None:
        """The room has failed in a way it should not have; it is dropped and opened again."""
        ...


class RoomShell:
    """One room of this process: waiting for its log at first (``room`` None), then serving."""

    def __init__(self, key: str, host: Host) -> None:
        self.key = key
        self._host = host
        self.room: Room | None = None
        self.links = Links()
        self.mailbox = Mailbox(host.limits.mailbox_bytes)
        self.held = False
        """While true, mail waits."""
        self.closed = False
        self.leaving = False
        """Whether it is being let go because nobody is in."""
        self.queued = False
        """Whether the worker has it in line for a turn."""
        self.active_at = host.monotonic()
        self.on_committed: set[Callable[[], None]] = set()
        """Called after each commit of the room, and when it is served no longer."""
        self._flushed_at = float("-inf")
        self._company = Company()
        self._timer: Timer | None = None
        self._timer_at = 0.0

    # mail

    def post(self, message: ToRoom, now: float) -> None:
        """Count a message in and take it into the mailbox, or turn it away."""
        verdict = self.links.judge(message, now)
        if verdict is not Verdict.TAKE:
            self._lost(message.gateway, verdict)
            return
        if self.mailbox.put(message):
            return
        if self.room is not None and is_request(message):
            self.room.refuse_busy(message)
            self._carry_out(self.room)
        elif message.gateway:
            self._lost(message.gateway, self.links.lose(message.gateway, now))

    def work(self) -> bool:
        """Handle a turn's worth of mail, then flush now or plan to; whether there is more to do."""
        room, mailbox = self.room, self.mailbox
        if room is None or self.held or self.closed or not mailbox.messages:
            return False
        now, wall = self._host.monotonic(), self._host.wall()
        self.active_at = now
        try:
            count = min(len(mailbox.messages), TURN_MESSAGES)
            self._company.came(count, now)
            for _ in range(count):
                message = mailbox.pop()
                room.handle(message, now, wall)
                if type(message.body) is Detach:
                    self.links.detached(message.gateway, message.link)
            self._settle(room, now)
        except Exception as error:
            self._host.broken(self, error)
        return bool(mailbox.messages)

    def _lost(self, gateway: str, verdict: Verdict) -> None:
        if verdict is Verdict.TELL:
            self._host.publish(outlet(gateway), LinkLost(self.key, self._host.worker))

    # what the host tells

    def serve(self, room: Room) -> None:
        """The log has opened the room."""
        self.room = room
        self._carry_out(room)

    def document_loaded(self, room: Room, doc: str, stored: Stored) -> None:
        """The log has answered; ``room`` is who asked."""
        if room is not self.room or self.closed:
            return
        try:
            now = self._host.monotonic()
            room.document_loaded(doc, stored, now)
            self._note_slow(doc, stored, self._host.monotonic() - now)
            self._settle(room, now)
        except Exception as error:
            self._host.broken(self, error)

    def _note_slow(self, doc: str, stored: Stored, took: float) -> None:
        """A load holds up the whole process, so one that takes long is worth a line."""
        if took > SLOW_LOAD_SECONDS:
            sizes = len(stored.snapshot or b""), len(stored.rows), sum(map(len, stored.rows))
            logger.warning(
                "loading %s of %s took %.2f s: snapshot %d bytes, %d rows, %d bytes", doc, self.key, took, *sizes
            )

    def committed(self, seq: int) -> None:
        """Entries up to ``seq`` are durable."""
        room = self.room
        if room is None or self.closed:
            return
        room.saved(seq)
        self.active_at = self._host.monotonic()
        self._carry_out(room)
        self._tell_committed()

    def _tell_committed(self) -> None:
        for look in list(self.on_committed):
            look()

    def storage(self, *, ok: bool, full: bool) -> None:
        if self.room is not None and not self.closed:
            self.room.storage(ok=ok, full=full)
            self._carry_out(self.room)

    def tick(self) -> None:
        """About once a second."""
        room = self.room
        if room is None or self.closed:
            return
        try:
            now = self._host.monotonic()
            room.tick(now)
            self._settle(room, now)
            for gateway in self.links.still_lost(now):
                self._lost(gateway, Verdict.TELL)
        except Exception as error:
            self._host.broken(self, error)

    def gateway_gone(self, gateway: str) -> None:
        """A gateway is dead: so are its connections."""
        self.links.forget(gateway)
        if self.room is not None and not self.closed:
            self.room.gateway_gone(gateway, self._host.monotonic())
            self._settle(self.room, self._host.monotonic())

    def links_reset(self) -> None:
        """The bus was away: messages may be lost on every link."""
        for gateway in list(self.links.links):
            self._lost(gateway, self.links.lose(gateway, self._host.monotonic()))

    # flushing

    def _settle(self, room: Room, now: float) -> None:
        """After a change: flush at once when the window allows, else when it does."""
        if room.dirty and not self.closed:
            due = flush_at(self._host.window(now), self._flushed_at, now)
            if (due <= now and not self._company.is_expected) or room.urgent:
                self.flush()
                return
            self._wake(due, now)
        self._carry_out(room)

    def flush(self) -> None:
        """Send and log what was accepted."""
        room = self.room
        if room is None or self.closed or not self._host.may_serve():
            return
        self._sleep()
        now = self._host.monotonic()
        self._flushed_at = self.active_at = now
        room.flush(now, self._host.wall())
        self._carry_out(room)
        wake_at = room.wake_at
        if wake_at is not None:
            self._wake(wake_at, now)

    def _wake(self, at: float, now: float) -> None:
        """Flush at ``at``, or before when that was asked for already."""
        if self._timer is not None and self._timer_at <= at:
            return
        self._sleep()
        self._timer_at = at
        self._timer = self._host.call_later(max(0.0, at - now), self._on_timer)

    def _sleep(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _on_timer(self) -> None:
        self._timer = None
        now = self._host.monotonic()
        if self._company.is_expected and not self._company.is_complete(now):
            self._wake(now, now)
            return
        try:
            self.flush()
        except Exception as error:
            self._host.broken(self, error)

    # effects

    def _carry_out(self, room: Room) -> None:
        for effect in room.take():
            self._carry(room, effect)

    def _carry(self, room: Room, effect: Effect) -> None:
        match effect:
            case Fanout():
                for gateway in room.audience(effect.doc):
                    self._post_frame(room, gateway, effect, None, effect.instead)
            case Send():
                self._send(room, effect)
            case Append():
                self._host.append(effect.entry, effect.awaited)
            case Hurry():
                self._host.hurry()
            case KickConns():
                for gateway, conns in _by_gateway(effect.conns).items():
                    link = self._link(gateway)
                    self._host.publish(
                        link.channel, Kick(self.key, room.epoch, link.sent, conns, effect.code.value.name)
                    )
            case LoadDocument():
                self._host.load(self, effect.doc)
            case Quarantine():
                self._host.quarantine(self, effect.doc, effect.reason)
            case TellMedia():
                self._host.tell_media(effect.stage)
            case Note():
                self._host.note(Noted(self.key, self._host.wall(), effect.frame))

    def _send(self, room: Room, effect: Send) -> None:
        if len(effect.conns) == 1:
            self._post_frame(room, gateway_of(effect.conns[0]), effect, effect.conns)
            return
        for gateway, conns in _by_gateway(effect.conns).items():
            self._post_frame(room, gateway, effect, conns)

    def _post_frame(
        self,
        room: Room,
        gateway: str,
        effect: Fanout | Send,
        to: list[str] | None,
        instead: dict[str, bytes] | None = None,
    ) -> None:
        link = self._link(gateway)
        message = FromRoom(self.key, room.epoch, link.sent, effect.seq, effect.frame, to, instead)
        self._host.publish(link.channel, message)

    def _link(self, gateway: str) -> Link:
        """The link to a gateway, one message further."""
        link = self.links.links.get(gateway)
        if link is None:
            link = self.links.links[gateway] = Link(gateway)
        link.sent += 1
        return link

    def pulse(self) -> dict[str, tuple[int, int, int]]:
        """Gateway to (epoch, last link sent, last link received), of a room that was lately active."""
        room = self.room
        if room is None or self._host.monotonic() - self.active_at > ACTIVE_SECONDS:
            return {}
        links = self.links.links.values()
        return {link.gateway: (room.epoch, link.sent, link.received) for link in links if not link.lost}

    # the end

    def close(self) -> list[ToRoom]:
        """Stop serving; returns the mail that was not handled."""
        self.closed = True
        self._sleep()
        self._tell_committed()
        return [self.mailbox.pop() for _ in range(len(self.mailbox.messages))]


def _by_gateway(conns: list[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for conn in conns:
        grouped.setdefault(gateway_of(conn), []).append(conn)
    return grouped
