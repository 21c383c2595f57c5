"""The data folder's secret: made once, kept in a file only this user reads, signs every token of this deployment."""

import os
import secrets
import tempfile
from contextlib import suppress
from pathlib import Path

from lyceum.embedded.folder import make_private, readable_errors
from lyceum.errors import SettingsError
from lyceum.settings import check_secret

FILE = "secret"
RANDOM_BYTES = 32


def ensure_secret(data_dir: Path) -> str:
    """The secret of ``data_dir``, made when there is none; the same for processes that ask at the same moment."""
    folder = make_private(data_dir)
    with readable_errors(folder):
        if not (folder / FILE).exists():
            _make(folder)
    return read_secret(folder)


def read_secret(data_dir: Path) -> str:
    """The secret of ``data_dir``; raise `SettingsError` when there is none or it is damaged."""
    path = data_dir / FILE
    try:
        return check_secret(path.read_text().strip())
    except FileNotFoundError:
        raise SettingsError(
            f"There is no secret in {data_dir} yet: start `lyceum up` on that folder once, name the right one with "
            "--data-dir, or set LYCEUM_SECRET."
        ) from None
    except (ValueError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is damaged"
        raise SettingsError(
            f"The secret in {path} cannot be used: {reason}. Restore it, or set LYCEUM_SECRET."
        ) from None


def _make(folder: Path) -> None:
    """Write it under a name of its own and link it into place, so that nobody ever reads half of it."""
    handle, draft = tempfile.mkstemp(prefix=f"{FILE}.", dir=folder)  # mode 0600
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(RANDOM_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(draft, folder / FILE)
    finally:
        os.unlink(draft)
