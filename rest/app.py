"""The REST tier as one ASGI application, mounted by the front door under ``/api``."""

from fastapi import FastAPI

from rest import problems
from rest.demo import routes as demo
from rest.settings import RestSettings


def create_app(settings: RestSettings) -> FastAPI:
    """Every domain's routes under ``/v1``; documentation at ``/docs`` and ``/openapi.json``."""
    app = FastAPI(title="Lyceum", version="1", docs_url="/docs", openapi_url="/openapi.json", redoc_url=None)
    problems.install(app)
    app.include_router(demo.router(settings), prefix="/v1")
    return app
