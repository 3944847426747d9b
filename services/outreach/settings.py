"""Settings of the outreach service."""

from pydantic import Field

from chassis.settings import ServiceSettings


class OutreachSettings(ServiceSettings):
    """What only this service needs."""

    population_series: str = Field(default="", description="Series of T3; empty: the newest imported.")
