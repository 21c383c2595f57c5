"""Questions and answers as JSON: the structs that check themselves are the shapes the OpenAPI document shows.

`ItemContent` and `ResponseContent` are plain objects to the web framework; `read_item` and `read_response` make the
structs of them and raise `Unprocessable` with words of what is wrong.
"""

from collections.abc import Mapping
from copy import deepcopy
from typing import Annotated, Any
from uuid import UUID

import msgspec
from pydantic import WithJsonSchema

from rest.assessment.errors import AssessmentError
from rest.assessment.items import Item
from rest.assessment.responses import LARGEST, Response, encode_response
from rest.problems import Unprocessable

MOST_CONTENT = 512 * 1024
"""Bytes of one question."""


def schema_of(shape: Any, *without: str) -> dict[str, Any]:
    """The JSON schema of a union of structs in one piece, ``without`` the named fields of each."""
    (schema,), shapes = msgspec.json.schema_components((shape,), ref_template="{name}")
    return _inlined(schema, shapes, without)


def _inlined(schema: Any, shapes: dict[str, Any], without: tuple[str, ...]) -> Any:
    match schema:
        case {"$ref": name}:
            return _inlined(shapes[name], shapes, without)
        case {"properties": properties}:
            kept = {name: _inlined(inner, shapes, without) for name, inner in properties.items() if name not in without}
            needed = [name for name in schema.get("required", ()) if name not in without]
            return {**schema, "properties": kept, "required": needed}
        case dict():
            # The discriminator would map to names that do not stand in this document.
            return {key: _inlined(inner, shapes, without) for key, inner in schema.items() if key != "discriminator"}
        case list():
            return [_inlined(inner, shapes, without) for inner in schema]
        case _:
            return deepcopy(schema)


def _item_schema() -> dict[str, Any]:
    """An item without its id, which the server gives; a choice keeps its own."""
    schema = schema_of(Item)
    for shape in schema["anyOf"]:
        del shape["properties"]["id"]
        shape["required"].remove("id")
    return schema


ItemContent = Annotated[dict[str, Any], WithJsonSchema(_item_schema())]
"""A question without its id; ``kind`` says which."""
ResponseContent = Annotated[dict[str, Any], WithJsonSchema(schema_of(Response))]
"""An answer; its ``kind`` is the shape the question asks for."""


def read_item(id: UUID, content: Mapping[str, Any]) -> Item:
    """The question of ``content`` with its id; raise `Unprocessable`."""
    try:
        if len(msgspec.json.encode(content)) > MOST_CONTENT:
            raise Unprocessable("bad-item", f"A question may hold {MOST_CONTENT} bytes.")
        return load_item(id, content)
    except (AssessmentError, msgspec.ValidationError) as error:
        raise Unprocessable("bad-item", _words(error)) from None
    except (UnicodeError, TypeError, ValueError, RecursionError, OverflowError):
        raise Unprocessable("bad-item", "That question holds something that is not text or a number.") from None


def load_item(id: UUID, content: Mapping[str, Any]) -> Item:
    """The question of stored content."""
    return msgspec.convert({**content, "id": str(id)}, Item)


def dump_item(item: Item) -> dict[str, Any]:
    """What is stored of a question, and what its authors see: without its id."""
    content = msgspec.to_builtins(item)
    del content["id"]
    return content


def read_response(content: Mapping[str, Any] | None) -> tuple[Response | None, str]:
    """An answer and its one JSON; raise `Unprocessable`."""
    try:
        response = msgspec.convert(content, Response | None)
        text = encode_response(response).decode()
    except msgspec.ValidationError as error:
        raise Unprocessable("bad-response", _words(error)) from None
    except (UnicodeError, TypeError, ValueError, RecursionError):
        raise Unprocessable("bad-response", "That answer holds something that is not text.") from None
    if len(text) > LARGEST:
        raise Unprocessable("bad-response", f"An answer may hold {LARGEST} bytes.")
    if "\\u0000" in text:
        raise Unprocessable("bad-response", "That answer holds a character that cannot be kept.")
    return response, text


def _words(error: Exception) -> str:
    """What is wrong, in characters that can be sent back."""
    return str(error).encode("utf-8", "replace").decode()[:500]
