"""What every command, query and loop of a service works with."""

from dataclasses import dataclass

from chassis.mongo import Database
from chassis.outbox import Outbox
from reference.catalog import Reference


@dataclass(frozen=True, slots=True)
class Resources:
    """The service's own database and outbox, and the reference data in memory."""

    database: Database
    outbox: Outbox
    reference: Reference
