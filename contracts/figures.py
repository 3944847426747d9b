"""Messages about figures, which every service that computes some publishes on its own topic."""

from typing import ClassVar

from chassis.messages import MessageData
from contracts.vocabulary import Code


class FigureChanged(MessageData):
    """These figures may have moved: cells `measure` × `scopes` ("program", or a dated id)."""

    type: ClassVar[str] = "vn.lantoa.figure.changed.v1"
    topic: ClassVar[str] = ""  # the owner's own

    measures: tuple[Code, ...]
    scopes: tuple[Code, ...]
