"""What every process of the REST tier is made of, routes or none: its database, its vault, who listens to whom.

Apart from `rest.app`, so that the job worker and the command line need not load every route."""

import secrets

from realtime.clock import Clock
from rest.assessment.columns import on_columns
from rest.assessment.events import on_answered
from rest.assignments.columns import of_assignments
from rest.db import Database, create_engine
from rest.platform.ids import Ids
from rest.platform.vault import Vault, master_from_secret
from rest.recommendations.listening import learn_from
from rest.settings import RestSettings

on_answered(learn_from)
on_columns(of_assignments)


def make_database(settings: RestSettings, clock: Clock) -> Database:
    """The database of ``settings``, not yet connected."""
    return Database(create_engine(settings.database_url, settings.pool_size), clock, Ids(clock, secrets.token_bytes))


def make_vault(settings: RestSettings) -> Vault:
    """The field encryption of ``settings``."""
    return Vault(settings.field_keys or (master_from_secret(settings.secret),), secrets.token_bytes)
