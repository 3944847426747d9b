"""The program that is followed: its names, its decision and its targets (`program.yaml`)."""

from dataclasses import dataclass
from datetime import date

from contracts.vocabulary import LocalizedText, TargetCode
from reference.documents import DocumentIdentity
from reference.files import DataFileInvalid, DataFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A target of the decision; `due` is null for a running one."""

    code: TargetCode
    name: LocalizedText
    text: LocalizedText
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The document that approved the program; `issuer` is the code of the body that issued it."""

    issuer: str
    number: str
    signed_on: date
    url: str | None

    @property
    def identity(self) -> DocumentIdentity:
        """Its identity on the national document axis."""
        return DocumentIdentity.of(self.issuer, self.signed_on, number=self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The program. Bodies are obligated from the day its decision was signed."""

    name: LocalizedText
    motto: LocalizedText
    decision: Decision
    targets: tuple[Target, ...]

    def target(self, code: TargetCode) -> Target:
        """The target of that code; every code has one."""
        return next(target for target in self.targets if target.code is code)


def load_program(files: DataFiles) -> Program:
    """Reads `program.yaml`. Raises DataFileInvalid unless it has each target once, T1 to T5."""
    program = files.read("program.yaml", Program)
    if [target.code for target in program.targets] != list(TargetCode):
        raise DataFileInvalid(files.path("program.yaml"), ["targets: T1 to T5, each once, in this order"])
    return program
