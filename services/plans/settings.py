"""Settings of the plans service."""

from chassis.settings import ServiceSettings


class PlansSettings(ServiceSettings):
    """Nothing beyond what every service needs."""
