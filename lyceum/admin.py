"""``lyceum admin``: the first of those who run the installation."""

import getpass
import sys

from lyceum.errors import SettingsError
from lyceum.services import services
from lyceum.settings import Settings
from realtime.clock import SystemClock
from rest.identity.passwords import Passwords
from rest.institutions.platform import make_platform_administrator
from rest.parts import make_database, make_vault
from rest.problems import Problem
from rest.settings import RestSettings


async def make_administrator(settings: Settings, name: str, email: str, password: str) -> str:
    """Make them, or give them another password; what to tell the person at the terminal."""
    async with services(settings, redis=False) as ready:
        assert ready.secret is not None
        assert ready.database_url is not None
        told = RestSettings(ready.secret, ready.database_url, pool_size=1)
        database = make_database(told, SystemClock())
        passwords = Passwords(told.password_cost)
        try:
            new = await make_platform_administrator(database, make_vault(told), passwords, name, email, password)
        except Problem as problem:
            raise SettingsError(problem.detail) from None
        finally:
            await database.engine.dispose()
    done = "may run this installation now" if new else "has that password now"
    return f"{email} {done}; sign in to the institution `platform`."


def ask_password() -> str:
    """A password from the terminal, asked for twice; from a pipe, its first line."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != password:
        raise SettingsError("These were two different passwords; nothing was changed.")
    return password
