"""What the command line says when it cannot go on: a stable code, where it happened, and the text for a person."""


class CommandError(Exception):
    """A refusal that ends a command with exit code 1.

    `code` is stable and for programs; `vi` and `en` say what is wrong and what to do; `where` names the file, port
    or address it is about.
    """

    def __init__(self, code: str, *, vi: str, en: str, where: str | None = None) -> None:
        super().__init__(f"{code}: {en}" + (f" ({where})" if where else ""))
        self.code = code
        self.vi = vi
        self.en = en
        self.where = where
