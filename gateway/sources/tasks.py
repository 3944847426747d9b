"""What the tasks service answers: S&T tasks and publications."""

from urllib.parse import quote

from contracts.tasks.publications import (
    PublicationRows,
    PublicationsPage,
    PublicationsPages,
    PublicationsRequest,
    PublicationView,
)
from contracts.tasks.tasks import ClassifyTaskRequest, TaskRows, TasksPage, TasksPages, TasksRequest, TaskView
from contracts.vocabulary import View
from gateway.execution.transport import Call, Client
from gateway.sources.nouns import Histories, Noun


class Nothing(View):
    """An answer that says nothing."""


class Tasks:
    """The tasks service as one request sees it."""

    def __init__(self, client: Client, call: Call) -> None:
        self._client, self._call = client, call
        self.tasks: Noun[TaskView, TasksRequest, TasksPage] = Noun(
            client, call, "/v1/tasks", row=TaskView, rows=TaskRows, pages=TasksPages, forget=self.forget
        )
        self.publications: Noun[PublicationView, PublicationsRequest, PublicationsPage] = Noun(
            client, call, "/v1/publications", row=PublicationView, rows=PublicationRows, pages=PublicationsPages,
            forget=self.forget,
        )  # fmt: skip
        self.histories = Histories(client, call)

    def forget(self) -> None:
        """Reads everything anew from now on."""
        for kept in (self.tasks, self.publications, self.histories.pages):
            kept.forget()

    async def classify(self, task_id: str) -> None:
        """Declares a task classified; the answer is the same whether it was there or not."""
        self.forget()
        path = f"/v1/tasks/{quote(task_id, safe='')}:classify"
        await self._client.post(self._call, path, ClassifyTaskRequest(), into=Nothing)
