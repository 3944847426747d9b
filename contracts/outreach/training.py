"""Messages about training. Of staff nothing but the figures leaves the service."""

from typing import ClassVar

from contracts.figures import FigureChanged
from contracts.outreach.outreach_events import TOPIC


class StaffFigureChanged(FigureChanged):
    """The figures of T4 may have moved."""

    topic: ClassVar[str] = TOPIC
