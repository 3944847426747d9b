"""Keeping a child alive: a crashed one is started again, each time a little later."""

from dataclasses import dataclass

from lantoa.stack.processes import Child

FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 30.0
STEADY_SECONDS = 60.0


@dataclass
class Watch:
    """One child and how its latest starts went. Times are seconds of a monotonic clock."""

    child: Child
    crashes: int = 0
    started_at: float = 0.0
    start_at: float | None = None

    def start(self, now: float) -> None:
        """Start the child."""
        self.start_at = None
        self.started_at = now
        self.child.start()

    def tend(self, now: float) -> bool:
        """Look after the child; true when it was started again. A minute of steady running forgets old crashes."""
        if self.child.is_running:
            return False
        if self.start_at is None:
            self.crashes = 1 if now - self.started_at > STEADY_SECONDS else self.crashes + 1
            self.start_at = now + delay(self.crashes)
        if now < self.start_at:
            return False
        self.start(now)
        return True


def delay(crashes: int) -> float:
    """Seconds to wait before the start that follows the n-th crash: 0.5, 1, 2 … 30."""
    return min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** (min(crashes, 10) - 1))
