"""Settings of the honors service."""

from pydantic import Field

from chassis.settings import ServiceSettings


class HonorsSettings(ServiceSettings):
    """What only this service needs."""

    council_body: str = Field(default="G06", description="Code of the body with which dossiers of the council stand.")
