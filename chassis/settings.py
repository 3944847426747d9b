"""Settings that every process has, from `LANTOA_…` environment variables or files of those names in a folder.

Nothing reads settings at import; `app.build(settings)` is handed one object.
"""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS_FOLDER = Path("/run/secrets")
DEMO_SECRET = "lantoa-demo-only"  # refused in production


class ProcessSettings(BaseSettings):
    """Where a process listens, how it logs and whom it believes."""

    model_config = SettingsConfigDict(
        env_prefix="LANTOA_", extra="ignore", secrets_dir=SECRETS_FOLDER if SECRETS_FOLDER.is_dir() else None
    )

    environment: Literal["development", "test", "production"] = "development"
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 inside a container.")
    port: int = Field(default=8000, description="TCP port of the HTTP server.")
    log_level: str = Field(default="INFO", description="Lowest level that is written.")
    jwks: str = Field(default="", description="Where the keys that sign tokens stand: a file path or an https URL.")
    token_issuer: str = Field(default="lantoa-development", description="`iss` that tokens must carry.")
    token_audience: str = Field(default="lantoa", description="`aud` that tokens must carry.")
    reference_folder: Path | None = Field(default=None, description="Folder whose files replace the shipped data.")
    kafka_bootstrap: str = Field(default="127.0.0.1:9092", description="Brokers, comma separated.")
    kafka_idempotent: bool = Field(
        default=True, description="Off only for the embedded broker, which has no such mode."
    )
    kafka_replication: int = Field(default=1, description="Copies of each topic; 3 on a cluster.")
    kafka_username: str = Field(default="", description="SASL/SCRAM-SHA-512 user; empty: no authentication.")
    kafka_password: SecretStr = Field(default=SecretStr(""), description="Password of that user.")
    kafka_ca_file: str = Field(default="", description="Certificate authority of the brokers; empty: no TLS.")
    stop_seconds: float = Field(default=10.0, description="How long running work may take after SIGTERM.")

    @model_validator(mode="after")
    def production_is_closed(self) -> Self:
        """Production refuses what only a demo may have: no authentication towards Kafka, an own issuer."""
        if self.environment == "production":
            if not self.kafka_username or not self.kafka_ca_file:
                raise ValueError("production needs LANTOA_KAFKA_USERNAME and LANTOA_KAFKA_CA_FILE (SASL and TLS)")
            if self.token_issuer == "lantoa-development":
                raise ValueError("production needs LANTOA_TOKEN_ISSUER: the development issuer is not accepted")
        return self


class ServiceSettings(ProcessSettings):
    """What a service that owns data needs besides."""

    mongo_url: SecretStr = Field(
        default=SecretStr("mongodb://127.0.0.1:27017/"), description="Replica set (transactions need one)."
    )
    mongo_in_turns: bool = Field(
        default=False,
        description="One transaction or call at a time from this process: for SecantusDB from PyPI, whose readers sleep"
        " at every look at a page over 5 MB while anybody else stands on it.",
    )
    database_prefix: str = Field(default="lantoa_", description="Database name = prefix + service name.")
    replay_hours: int = Field(
        default=72, ge=24, description="How long sent messages stay in the outbox for replays; the feed promises a day."
    )

    @model_validator(mode="after")
    def production_database_is_closed(self) -> Self:
        """Production refuses a database without user or with the demo's password."""
        url = self.mongo_url.get_secret_value()
        if self.environment == "production" and ("@" not in url or DEMO_SECRET in url):
            raise ValueError("production needs a MongoDB user and password of its own in LANTOA_MONGO_URL")
        return self
