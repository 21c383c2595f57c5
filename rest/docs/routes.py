"""The page and its two files."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

HERE = Path(__file__).parent
NO_CACHE = {"Cache-Control": "no-cache"}

routes = APIRouter(include_in_schema=False)


@routes.get("/docs")
async def page() -> FileResponse:
    """The page itself."""
    return FileResponse(HERE / "page.html", headers=NO_CACHE)


@routes.get("/docs/page.css")
async def style() -> FileResponse:
    """How it looks."""
    return FileResponse(HERE / "page.css", headers=NO_CACHE)


@routes.get("/docs/page.js")
async def script() -> FileResponse:
    """What reads the document."""
    return FileResponse(HERE / "page.js", headers=NO_CACHE, media_type="text/javascript")
