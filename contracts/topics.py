"""One table of every topic: who publishes on it, how it is cut, and how long it keeps its messages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic: its one publisher, its partitions and its retention in days."""

    name: str
    owner: str
    partitions: int
    retention_days: int

    @property
    def settings(self) -> dict[str, str]:
        """Settings of the topic, in the broker's words."""
        return {"retention.ms": str(self.retention_days * 86_400_000)}


TOPICS = (
    TopicRow("lantoa.plans", "plans", 6, 14),
    TopicRow("lantoa.tasks", "tasks", 6, 14),
    TopicRow("lantoa.outreach", "outreach", 12, 7),
    TopicRow("lantoa.honors", "honors", 6, 14),
)
