"""Settings of the gateway, from `LANTOA_…` environment variables."""

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator

from chassis.settings import DEMO_SECRET, ProcessSettings


class GatewaySettings(ProcessSettings):
    """Where the services are, and how much one request may ask."""

    port: int = Field(default=8080, description="TCP port of the HTTP server.")
    plans_url: str = Field(default="http://127.0.0.1:8001", description="Base address of the plans service.")
    tasks_url: str = Field(default="http://127.0.0.1:8002", description="Base address of the tasks service.")
    outreach_url: str = Field(default="http://127.0.0.1:8003", description="Base address of the outreach service.")
    honors_url: str = Field(default="http://127.0.0.1:8004", description="Base address of the honors service.")
    public_url: str = Field(default="", description="Address under which front ends reach this gateway.")
    cursor_key: SecretStr = Field(
        default=SecretStr(DEMO_SECRET), description="Signs cursors; the same in every gateway of an installation."
    )
    graphiql: bool = Field(default=True, description="Serves the query editor at /graphiql.")
    introspection: bool = Field(default=True, description="Anyone may ask for the schema; off: signed-in staff only.")
    documents: Path | None = Field(
        default=None, description="Folder of stored documents: <id>.graphql, asked by `id`, also by GET."
    )
    open_documents: bool | None = Field(
        default=None, description="The public may send documents of its own; unset: except in production."
    )
    cache_seconds: int = Field(
        default=10,
        ge=0,
        description="How long caches may keep what the public got by GET; a task that is classified "
        "meanwhile stays in them as long.",
    )
    origins: str = Field(default="", description="Origins that may open a socket besides our own, comma separated.")
    call_seconds: float = Field(default=1.5, description="How long one call of a service may take.")
    request_seconds: float = Field(default=10.0, description="How long a request may take as a whole.")
    body_bytes: int = Field(default=262_144, description="Largest request body.")
    answer_bytes: int = Field(default=4_194_304, description="Largest answer.")
    tokens: int = Field(default=800, description="Lexical tokens of a document.")
    depth: int = Field(default=10, description="Levels of selection of a document.")
    aliases: int = Field(default=30, description="Aliases of an operation, fragments counted where they are used.")
    root_fields: int = Field(default=15, description="Fields of the root type that an operation selects.")
    directives: int = Field(default=20, description="Directives of a document.")
    cost: int = Field(default=5000, description="Cost of an operation, from `first` and the sizes of lists.")
    minute_cost: int = Field(
        default=0,
        ge=0,
        description="Cost that one principal may ask in a minute: a token's subject, or the address of the public. "
        "0: 50,000 in production, and 1,000,000 elsewhere, where a suite or a demo comes from one loopback address.",
    )
    principals: int = Field(default=10_000, ge=1, description="Principals whose budget is remembered.")
    proxies: int = Field(
        default=0,
        ge=0,
        description="Proxies of ours before the gateway: how far from its end X-Forwarded-For is believed.",
    )
    subscriptions: int = Field(default=20, description="Subscriptions of one socket.")
    socket_queue: int = Field(default=1000, description="Messages that wait for a slow socket before it is closed.")

    @property
    def are_documents_open(self) -> bool:
        """Whether the public may send documents that are not stored."""
        return self.environment != "production" if self.open_documents is None else self.open_documents

    @property
    def cost_a_minute(self) -> int:
        """The budget of a principal."""
        return self.minute_cost or (50_000 if self.environment == "production" else 1_000_000)

    @model_validator(mode="after")
    def production_signs_its_cursors(self) -> Self:
        """Production refuses the demo's key for cursors."""
        if self.environment == "production" and self.cursor_key.get_secret_value() == DEMO_SECRET:
            raise ValueError("production needs a secret of its own in LANTOA_CURSOR_KEY")
        return self
