"""Mail through a real SMTP conversation on loopback."""

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest

from rest.outbox.delivery import Message
from rest.outbox.smtp import SmtpSender, written

MESSAGE = Message(
    "north", UUID(int=7), "reset", "zoë@school.example", "Sinä\r\nBcc: all@x", "Hello.\n.\nA dot on its own: …"
)


class Server:
    """An SMTP server of one recipient; ``refuse`` is what it answers to RCPT instead of 250."""

    def __init__(self, refuse: str = "") -> None:
        self.refuse = refuse
        self.mails: list[bytes] = []
        self.commands: list[str] = []

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            command = line.decode().split()[0].upper()
            self.commands.append(line.decode().strip())
            if command == "DATA":
                writer.write(b"354 go on\r\n")
                self.mails.append((await reader.readuntil(b"\r\n.\r\n"))[:-3].replace(b"\r\n..", b"\r\n."))
                writer.write(b"250 kept\r\n")
            elif command == "EHLO":
                writer.write(b"250-here\r\n250-SMTPUTF8\r\n250 8BITMIME\r\n")
            elif command == "RCPT" and self.refuse:
                writer.write(self.refuse.encode() + b"\r\n")
            else:
                writer.write(b"221 bye\r\n" if command == "QUIT" else b"250 ok\r\n")
            if command == "QUIT":
                break
        writer.close()


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[str]:
    listener = await asyncio.start_server(server.talk, "127.0.0.1", 0)
    async with listener:
        yield f"smtp://127.0.0.1:{listener.sockets[0].getsockname()[1]}"


async def test_a_message_arrives_as_it_was_written() -> None:
    server = Server()
    async with running(server) as url:
        assert await SmtpSender(url, "lyceum@school.example").send(MESSAGE)
    (raw,) = server.mails
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert mail["Subject"] == "Sinä Bcc: all@x"
    assert mail["Bcc"] is None
    assert mail["To"] == "zoë@school.example"
    assert mail.get_content().replace("\r\n", "\n").strip() == MESSAGE.text
    assert mail["Message-ID"] == written(MESSAGE, "lyceum@school.example")["Message-ID"]


@pytest.mark.parametrize("answer", ["550 nobody of that name", "451 later"])
async def test_what_the_server_does_not_take_is_raised_to_be_tried_again(answer: str) -> None:
    server = Server(answer)
    async with running(server) as url:
        with pytest.raises(Exception, match="zo"):
            await SmtpSender(url, "lyceum@school.example").send(MESSAGE)
    assert server.mails == []


async def test_no_server_is_an_error_and_no_silence() -> None:
    async with running(Server()) as url:
        pass
    with pytest.raises(OSError, match=r"refused|reset"):
        await SmtpSender(url, "lyceum@school.example").send(MESSAGE)
