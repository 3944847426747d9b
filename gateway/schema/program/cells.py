"""Which figure is meant: cells, the scopes they speak of, and the ids of figures."""

from datetime import date, datetime

from contracts.vocabulary import FigureCell, MeasureCode, ScopeKind, ScopeRef
from gateway.context import Context
from gateway.schema.ids import global_id, parsed
from reference.bodies import Body
from reference.places import Commune, Province
from reference.program import Program

ScopeRow = Program | Body | Province | Commune
PROGRAM = ScopeRef(kind=ScopeKind.PROGRAM)
_SEPARATOR = "|"


def scope_of(row: ScopeRow) -> ScopeRef:
    """The scope that a row of reference data is."""
    if isinstance(row, Program):
        return PROGRAM
    if isinstance(row, Body):
        return ScopeRef(kind=ScopeKind.BODY, id=row.id)
    kind = ScopeKind.PROVINCE if isinstance(row, Province) else ScopeKind.COMMUNE
    return ScopeRef(kind=kind, id=row.id)


def row_of(context: Context, scope: ScopeRef) -> ScopeRow | None:
    """The row of reference data behind a scope, or null."""
    reference, key = context.reference, scope.id or ""
    if scope.kind is ScopeKind.PROGRAM:
        return reference.program
    if scope.kind is ScopeKind.BODY:
        return reference.bodies.body(key)
    return reference.places.province(key) if scope.kind is ScopeKind.PROVINCE else reference.places.commune(key)


def scope_of_id(node_id: str) -> ScopeRef | None:
    """The scope of the id of a Program, Body, Province or Commune; null for any other id."""
    kind, key = parsed(node_id) or ("", "")
    if kind == "Program":
        return PROGRAM
    if kind not in ("Body", "Province", "Commune") or "@" not in key:
        return None
    return ScopeRef(kind=ScopeKind(kind.lower()), id=key)


def scope_name(scope: ScopeRef) -> str:
    """How messages and ids name a scope: "program", or its dated id."""
    return scope.id or "program"


def figure_id(cell: FigureCell) -> str:
    """The id of a figure: the current one keeps it, a dated one has its own."""
    parts = [cell.measure.value, scope_name(cell.scope)]
    if cell.as_of or cell.known_at or cell.series:
        days = (cell.as_of.isoformat() if cell.as_of else "", cell.known_at.isoformat() if cell.known_at else "")
        parts += [*days, cell.series or ""]
    return global_id("Figure", _SEPARATOR.join(parts))


def cell_of_key(key: str) -> FigureCell | None:
    """The cell of a figure's key; null for what is none."""
    measure, _, rest = key.partition(_SEPARATOR)
    scope, *dated = rest.split(_SEPARATOR)
    as_of, known_at, series = dated if len(dated) == 3 else ("", "", "")
    try:
        return FigureCell(
            measure=MeasureCode(measure),
            scope=_named(scope),
            as_of=date.fromisoformat(as_of) if as_of else None,
            known_at=datetime.fromisoformat(known_at) if known_at else None,
            series=series or None,
        )
    except ValueError:
        return None


def _named(name: str) -> ScopeRef:
    if name == "program":
        return PROGRAM
    code = name.partition("@")[0]
    if not code.isdigit():
        return ScopeRef(kind=ScopeKind.BODY, id=name)
    return ScopeRef(kind=ScopeKind.PROVINCE if len(code) == 2 else ScopeKind.COMMUNE, id=name)
