"""``lyceum up --workers N``: embedded services and a supervised fleet of processes behind one port."""

from dataclasses import replace
from importlib.util import find_spec

import structlog

from lyceum.errors import LyceumError
from lyceum.ports import reserved
from lyceum.services import services
from lyceum.settings import Settings
from lyceum.signals import stop_signals
from lyceum.supervise import Command, Supervisor, plane_command
from lyceum.supervision import fleet

log = structlog.get_logger("lyceum.workers")


async def run_workers(settings: Settings, workers: int, command: Command = plane_command) -> None:
    """Run ``workers`` gateways and as many room workers until this process is asked to stop; then drain them.

    Every gateway listens on the same address with SO_REUSEPORT (`lyceum.ports.listen(..., shared=True)`).
    """
    with stop_signals() as stop, reserved(settings.host, settings.port) as port:
        ours = replace(settings, port=port, health_port=None)  # of which many processes cannot share one
        async with services(ours, redis=True) as ready:
            names = fleet(workers, media=_has_media())
            supervisor = Supervisor(names, ready.to_env(), ready.drain_seconds, command)
            log.info("starting", url=ready.public_url, gateways=workers, rooms=workers)
            if await supervisor.run(stop) != 0:
                raise LyceumError("A process of the fleet cannot run with these settings; its own line above says why.")


def _has_media() -> bool:
    return find_spec("media.node") is not None
