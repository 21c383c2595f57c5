"""The bytes of uploaded files: an object store, a local folder by default. One object a tenant and content."""

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterable, AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import IO

import obstore
from obstore.store import LocalStore, ObjectStore, from_url

from rest.courses.kinds import HEAD_BYTES
from rest.problems import TooLarge
from rest.settings import RestSettings

IN_MEMORY = 1024 * 1024
AT_ONCE = 16
CHUNK = 256 * 1024


@dataclass(slots=True)
class Received:
    """Bytes that have arrived and are not kept yet."""

    file: IO[bytes]
    size: int
    digest: bytes
    head: bytes


class FileStore:
    """Keeps objects by tenant and SHA-256. Writing the same twice is the same as once."""

    def __init__(self, open_store: Callable[[], ObjectStore]) -> None:
        self._open_store = open_store
        self._uploads = asyncio.Semaphore(AT_ONCE)

    @cached_property
    def _store(self) -> ObjectStore:
        """Opened when it is first needed."""
        return self._open_store()

    async def receive(self, body: AsyncIterable[bytes], limit: int) -> Received:
        """Take in an upload, small ones in memory, others in a temporary file; raise `TooLarge` past ``limit``."""
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - closed by `keep` or `drop`
        digest, size, head = hashlib.sha256(), 0, b""
        try:
            async for chunk in body:
                size += len(chunk)
                if size > limit:
                    raise TooLarge("file-too-large", f"A file may have {limit} bytes here.")
                digest.update(chunk)
                head += chunk[: HEAD_BYTES - len(head)]
                await _write(file, chunk)
        except BaseException:
            file.close()
            raise
        return Received(file, size, digest.digest(), head)  # type: ignore[arg-type]

    async def keep(self, tenant: str, received: Received) -> None:
        """Make what was received durable under its digest."""
        async with self._uploads:
            received.file.seek(0)
            await obstore.put_async(self._store, key(tenant, received.digest), received.file)

    async def read(self, tenant: str, digest: bytes, start: int, length: int) -> AsyncIterator[bytes]:
        """``length`` bytes from ``start``, in chunks."""
        at, end = start, start + length
        while at < end:
            size = min(CHUNK, end - at)
            yield bytes(await obstore.get_range_async(self._store, key(tenant, digest), start=at, length=size))
            at += size

    async def delete(self, tenant: str, digest: bytes, before: datetime) -> bool:
        """Let go of an object last written before then, and say whether it was there: one that is younger belongs to
        an upload whose row is not committed yet."""
        try:
            known = await obstore.head_async(self._store, key(tenant, digest))
        except FileNotFoundError:
            return False
        if known["last_modified"] >= before:
            return False
        await obstore.delete_async(self._store, key(tenant, digest))
        return True


def local_store(folder: Path) -> FileStore:
    """A store in a folder, which is made when the first file comes."""
    return FileStore(lambda: LocalStore(str(folder.resolve()), mkdir=True))


def open_store(settings: RestSettings) -> FileStore:
    """The store that was asked for: a bucket (its region and credentials from ``AWS_*``), else a folder."""
    url = settings.files_url
    return local_store(settings.files_dir) if url is None else FileStore(lambda: from_url(url))


def key(tenant: str, digest: bytes) -> str:
    """Where an object is."""
    name = digest.hex()
    return f"{tenant}/{name[:2]}/{name}"


async def _write(file: "tempfile.SpooledTemporaryFile[bytes]", chunk: bytes) -> None:
    """In memory at once; on disk, off the event loop."""
    if file.tell() + len(chunk) <= IN_MEMORY:
        file.write(chunk)
    else:
        await asyncio.to_thread(file.write, chunk)
