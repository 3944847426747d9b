"""What the command line says when it cannot go on: a stable code, where it happened, and the text for a person."""

from dataclasses import dataclass

import orjson


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that a service found wrong in what it was sent; `where` is a JSON pointer or empty."""

    code: str
    where: str
    vi: str
    en: str


class CommandError(Exception):
    """A refusal that ends a command with exit code 1.

    `code` is stable and for programs; `vi` and `en` say what is wrong and what to do; `where` names the file, port
    or address it is about; `faults` are the details a service gave.
    """

    def __init__(
        self, code: str, *, vi: str, en: str, where: str | None = None, faults: tuple[Fault, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {en}" + (f" ({where})" if where else ""))
        self.code = code
        self.vi = vi
        self.en = en
        self.where = where
        self.faults = faults

    def to_json(self) -> str:
        """One line of JSON: code, vi, en, where, errors."""
        body = {"code": self.code, "vi": self.vi, "en": self.en, "where": self.where, "errors": self.faults}
        return orjson.dumps(body).decode()

    @classmethod
    def from_json(cls, line: str) -> "CommandError | None":
        """The problem that another process wrote as its last line; None when the line is something else."""
        try:
            body = orjson.loads(line)
            faults = tuple(Fault(**fault) for fault in body["errors"])
            return cls(body["code"], vi=body["vi"], en=body["en"], where=body["where"], faults=faults)
        except (orjson.JSONDecodeError, KeyError, TypeError):
            return None
