"""A stack that runs, as other parts of the command line see it: its addresses, and tokens that it accepts."""

from dataclasses import dataclass

from contracts.vocabulary import Role
from lantoa.stack import state
from lantoa.stack.layout import DataFolder
from lantoa.stack.state import StackState
from lantoa.tokens import issue


@dataclass(frozen=True, slots=True)
class RunningStack:
    """One running embedded stack."""

    data: DataFolder
    state: StackState

    @classmethod
    def on(cls, data: DataFolder) -> "RunningStack":
        """The stack that runs on a data folder; the problem `not_running` when there is none."""
        return cls(data, state.require(data))

    def token(self, role: Role, scope: str | None = None) -> str:
        """A token of the development issuer, good for a day."""
        return issue(self.data, role, scope, days=1)
