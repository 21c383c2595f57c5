"""Texts people send, bounded and free of what PostgreSQL cannot keep; the base of all request shapes."""

from datetime import date
from functools import lru_cache
from typing import Annotated, Any
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"


def _strip(value: object) -> object:
    return value.strip() if isinstance(value, str) else value


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _known_zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a time zone; one is Europe/Madrid")
    return name


Line = Annotated[str, BeforeValidator(_strip), StringConstraints(min_length=1, max_length=200, pattern=_LINE)]
"""One line: a name, a title."""
ShortLine = Annotated[str, BeforeValidator(_strip), StringConstraints(min_length=1, max_length=80, pattern=_LINE)]
Prose = Annotated[str, StringConstraints(max_length=20_000, pattern=r"^[^\x00]*$")]
"""Some paragraphs."""
Body = Annotated[str, StringConstraints(max_length=500_000, pattern=r"^[^\x00]*$")]
"""A whole page."""
Slug = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
"""The name of an institution, as it stands in addresses and room keys (`realtime.ids`)."""
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", max_length=35)]
"""BCP 47, such as ``en``, ``pt-BR``."""
Secret = Annotated[str, StringConstraints(min_length=1, max_length=4096, pattern=r"^[\x21-\x7e]+$")]
"""A token somebody was given."""


class Asked(BaseModel):
    """A request's body: what is not known is refused, so that a misspelt field is not silently ignored."""

    model_config = ConfigDict(extra="forbid")

    def changes(self, *clearable: str) -> dict[str, Any]:
        """The fields that were sent, for a change of some; null empties those named, and leaves others as they are."""
        sent = self.model_dump(exclude_unset=True)
        return {name: value for name, value in sent.items() if value is not None or name in clearable}


class Shown(BaseModel):
    """An answer, read from a row's attributes."""

    model_config = ConfigDict(from_attributes=True)


Email = Annotated[
    str, BeforeValidator(_strip), StringConstraints(max_length=254, pattern=r"^[^@\s\x00-\x20]{1,64}@[^@\s\x00-\x20]+$")
]
"""An address somebody may read messages at; whether they do is found out by sending one."""
Day = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2200, 1, 1))]
TimeZone = Annotated[str, AfterValidator(_known_zone), StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$")]
"""A name of the IANA time zone database."""
