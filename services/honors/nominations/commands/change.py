"""What every change of a dossier shares: load it as the viewer sees it, ask the table, write what a change leaves."""

from datetime import date

from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import absent, check_version, refused
from contracts.figures import FigureChanged
from contracts.honors.nominations import HonorFigureChanged, NominationChanged
from contracts.vocabulary import LocalizedText, MeasureCode
from reference.actions import Action
from reference.authorization import require
from reference.calendars import start_of_day
from reference.honor_forms import HonorForm
from reference.resources import Resources
from reference.steps import tell
from services.honors.nominations import queries, store
from services.honors.nominations.domain import Nomination
from services.honors.nominations.store import NOMINATIONS

MEASURES = (MeasureCode.HONOR_DECIDED_ON_TIME.value,)


async def allowed_nomination(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination_id: str,
    *,
    action: Action,
    expected_version: int | None = None,
) -> Nomination:
    """The dossier, for a viewer who may do that to it. Raises `not-found`, `forbidden` or `version-conflict`."""
    found = await store.by_ids(transaction, viewer, resources.reference, [nomination_id])
    if nomination_id not in found:
        raise absent()
    nomination = found[nomination_id]
    require(resources.reference, viewer, action, queries.resource_of(resources.reference, nomination.nominator_id))
    if expected_version is not None:
        check_version(expected_version, nomination.version)
    return nomination


def form_of(resources: Resources, code: str) -> HonorForm:
    """The form of a code. Raises INVALID."""
    form = resources.reference.honor_forms.get(code)
    if form is None:
        raise refused("INVALID", "/form", vi="Không có hình thức này.", en="There is no such form.")
    return form


async def keep(
    transaction: Transaction,
    resources: Resources,
    viewer: Viewer,
    nomination: Nomination,
    *,
    action: Action,
    on: date | None = None,
    note: LocalizedText | None = None,
) -> None:
    """Writes the dossier's new version with its history, messages and audit row."""
    if nomination.version == 1:
        await NOMINATIONS.insert(transaction, nomination)
    else:
        await NOMINATIONS.replace(transaction, nomination)
    bodies = {nomination.held_by_id, nomination.handler_id, *filter(None, [nomination.decided_by_id])}
    found = [resources.reference.bodies.body(body_id) for body_id in sorted(bodies)]
    provinces = [body.province_id for body in found if body and body.province_id]
    messages: list[NominationChanged | FigureChanged] = [
        NominationChanged(
            id=nomination.id,
            action=action.value,
            state=nomination.state,
            nominator_id=nomination.nominator_id,
            held_by_id=nomination.held_by_id,
            form=nomination.form,
            kind=nomination.kind,
        ),
        HonorFigureChanged(measures=MEASURES, scopes=("program", *sorted(bodies), *provinces)),
    ]
    await tell(
        transaction,
        resources,
        viewer,
        action=action,
        object_id=nomination.id,
        version=nomination.version,
        messages=messages,
        occurred_at=start_of_day(on) if on else None,
        note=note,
    )
