"""A stack that runs, as other parts of the command line see it: its addresses, and tokens that it accepts."""

import os
from dataclasses import dataclass

from contracts.vocabulary import Role
from lantoa.stack import state
from lantoa.stack.layout import DataFolder
from lantoa.stack.state import StackState
from lantoa.tokens import issue


@dataclass(frozen=True, slots=True)
class RunningStack:
    """One running stack, embedded or in containers."""

    data: DataFolder
    state: StackState

    @classmethod
    def on(cls, data: DataFolder) -> "RunningStack":
        """The stack that runs on a data folder; the problem `not_running` when there is none."""
        return cls(data, state.require(data))

    def token(self, role: Role, scope: str | None = None) -> str:
        """The token in `LANTOA_TOKEN`, if there is one; else one of the development issuer, good for a day."""
        return os.environ.get("LANTOA_TOKEN") or issue(self.data, role, scope, days=1)
