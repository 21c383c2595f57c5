"""What can stop the ``lyceum`` command, as one tree.

::

    LyceumError
    ├── SettingsError            an argument or a LYCEUM_* value that cannot be used (exit code 2)
    ├── ServerBusy               the address is taken, or cannot be listened on
    ├── MigrationFailed          the database could not be brought to this version
    ├── DocumentsError           a stored document that is not there, or cannot be dealt with so
    └── ServiceError             an embedded service cannot run
        ├── ProgramMissing       its program is not installed
        ├── DataFolderInUse      another live process holds the data folder
        ├── DataFolderUnusable   the data folder cannot be read, written or understood
        ├── NoIdentity           PostgreSQL refuses to run as root, and no other identity works here
        ├── DiskFull             no room left where the data folder is
        └── ServiceFailed        the program ended, or did not answer in time

Each message is one line in words a person can act on; the command prints it after ``lyceum:`` and ends with
``exit_code``.
"""


class LyceumError(Exception):
    """Root of the tree. ``code`` is stable and for machines; ``str()`` is the one line for people."""

    code = "failed"
    exit_code = 1


class SettingsError(LyceumError):
    code = "settings"
    exit_code = 2


class ServerBusy(LyceumError):
    code = "server-busy"
    exit_code = 3


class MigrationFailed(LyceumError):
    code = "migration-failed"
    exit_code = 4


class DocumentsError(LyceumError):
    code = "documents"
    exit_code = 6


class ServiceError(LyceumError):
    code = "service"
    exit_code = 5


class ProgramMissing(ServiceError):
    code = "program-missing"


class DataFolderInUse(ServiceError):
    code = "data-folder-in-use"


class DataFolderUnusable(ServiceError):
    code = "data-folder-unusable"


class NoIdentity(ServiceError):
    code = "no-identity"


class DiskFull(ServiceError):
    code = "disk-full"


class ServiceFailed(ServiceError):
    code = "service-failed"
