"""Optimistic concurrency: a record's version is its ETag, and a change names the version it was made from (RFC 9110
§13). Without ``If-Match`` a change is refused (428), with a version that is not the current one too (412): the
second of two people who edit the same thing is told, instead of undoing the first one's work unseen."""

import re
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Header, Response
from pydantic import BaseModel

from rest.problems import Stale, Unconditional

M = TypeVar("M", bound=BaseModel)
_TAG = re.compile(r'(?:W/)?"(\d{1,9})"\Z')  # weak as well: a proxy that compresses weakens what it passes


def etag(version: int) -> str:
    """The ETag of a version."""
    return f'"{version}"'


def show_etag(response: Response, version: int) -> None:
    """Put the version of what is answered on the answer."""
    response.headers["ETag"] = etag(version)


def tagged(response: Response, shape: type[M], row: Any) -> M:
    """``row`` in the shape it is answered in, with its version on the answer."""
    show_etag(response, row.version)
    return shape.model_validate(row)


async def expected(if_match: Annotated[str | None, Header(description="ETag of what you change")] = None) -> int:
    """The version named by ``If-Match``."""
    if if_match is None:
        raise Unconditional("if-match-missing", "Say which version you change: If-Match with the ETag you were given.")
    found = _TAG.match(if_match.strip())
    if found is None:
        raise Stale("if-match-unknown", "If-Match does not name a version this server gave.")
    return int(found[1])


Expected = Annotated[int, Depends(expected)]


def stale() -> Stale:
    """Somebody else was first."""
    return Stale(
        "changed-meanwhile", "Somebody changed this since you loaded it; load it again and repeat your change."
    )
