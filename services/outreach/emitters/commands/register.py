"""Registers the emitting system of a province."""

from chassis import audit, clock
from chassis.identity import Viewer
from chassis.mongo import Transaction
from chassis.problems import forbidden, refused
from contracts.outreach.emitters import RegisterEmitterRequest
from reference.actions import Action
from reference.calendars import vietnam_day
from reference.resources import Resources
from services.outreach.emitters import store
from services.outreach.emitters.domain import Emitter


async def register(resources: Resources, viewer: Viewer, request: RegisterEmitterRequest) -> Emitter:
    """Adds the emitter, or changes its name. For operators; refused where the code is of no province."""
    if not resources.reference.permissions.role_may(viewer, Action.RUN_COMMAND_LINE):
        raise forbidden("Chỉ người vận hành được đăng ký hệ thống nguồn.", "Only operators register emitters.")
    province = resources.reference.places.province_of_body(request.e_id, vietnam_day(clock.now()))
    if province is None:
        vi, en = f"Không có tỉnh nào mang mã {request.e_id}.", f"No province bears the code {request.e_id}."
        raise refused("UNKNOWN_PROVINCE", "/e_id", vi=vi, en=en)

    async def work(transaction: Transaction) -> Emitter:
        known = (await store.by_ids(transaction, viewer, [request.e_id])).get(request.e_id)
        since = known.registered_at if known else clock.now()
        emitter = Emitter(request.e_id, province.id, request.name or f"HTTT nguồn {province.name}", since)
        await store.save(transaction, emitter)
        await audit.note(transaction, viewer, "REGISTER_EMITTER", emitter.id)
        return emitter

    return await resources.database.transaction(work)
