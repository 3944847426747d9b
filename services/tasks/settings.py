"""Settings of the tasks service."""

from chassis.settings import ServiceSettings


class TasksSettings(ServiceSettings):
    """Nothing beyond what every service needs."""
