# pyright: strict
"""Cursor paging: a page is what comes after the last row of the one before, so that rows that come and go in between
neither repeat nor hide others. A cursor is opaque: base64url over the JSON of the last row's place in the order."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel
from sqlalchemy import ColumnElement, Select, literal, tuple_

from rest.problems import BadRequest

T = TypeVar("T")
R = TypeVar("R")
Q = TypeVar("Q", bound=Select[*tuple[Any, ...]])
MAX_LIMIT = 200
MAX_CURSOR = 1024

Place = tuple[Any, ...]
"""Where a row stands: the values it is ordered by, the id last."""


class Page(BaseModel, Generic[T]):
    """Some of a list. ``next`` is the cursor of the page after this one; null: this was the last."""

    items: list[T]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which page is asked for."""

    limit: int
    cursor: str | None

    def after(self, *kinds: type) -> Place | None:
        """The place to go on from, its values read as ``kinds``; None for the first page."""
        return None if self.cursor is None else decode(self.cursor, kinds)

    def select(self, query: Q, *order: tuple[ColumnElement[Any] | Any, type]) -> Q:
        """``query`` ordered by columns (each with its kind), from where the last page ended, one row more than fits."""
        columns = [column for column, _ in order]
        after = self.after(*(kind for _, kind in order))
        if after is not None:
            here = [literal(value, column.type) for value, column in zip(after, columns, strict=True)]
            query = query.where(tuple_(*columns) > tuple_(*here))
        return query.order_by(*columns).limit(self.limit + 1)

    def page(self, rows: Sequence[R], show: Callable[[R], T], place: Callable[[R], Place]) -> Page[T]:
        """What was selected as a page; a row past the limit only says that there are more."""
        here = rows[: self.limit]
        more = len(rows) > self.limit
        return Page(items=[show(row) for row in here], next=encode(place(here[-1])) if more else None)


async def wanted(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    cursor: Annotated[str | None, Query(max_length=MAX_CURSOR, description="`next` of the page before")] = None,
) -> Wanted:
    """``?limit=&cursor=``"""
    return Wanted(limit, cursor)


Paging = Annotated[Wanted, Depends(wanted)]


def encode(place: Place) -> str:
    """A place as a cursor."""
    text = json.dumps([_plain(value) for value in place], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, kinds: Sequence[type]) -> Place:
    """A cursor as a place of values of ``kinds``; raise `BadRequest` when it is none of ours."""
    try:
        values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        return tuple(_read(value, kind) for value, kind in zip(values, kinds, strict=True))
    except (ValueError, TypeError, binascii.Error, RecursionError, OverflowError):
        raise BadRequest("bad-cursor", "That cursor is not one this list gave; start again without it.") from None


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value


def _read(value: Any, kind: type) -> Any:
    if kind is datetime:
        return datetime.fromisoformat(value)
    if kind is UUID:
        return UUID(value)
    if type(value) is not kind or (isinstance(value, str) and "\x00" in value):
        raise ValueError("another kind of value")
    if isinstance(value, int | float) and not -(2**31) <= value < 2**31:
        raise ValueError("out of range")
    return value
