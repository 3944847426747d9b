"""Pseudonyms of staff: what may stand for a person, so that no name and no identity number comes in (Law 91/2025)."""

import re

from services.outreach.imports.cells import Cells

STAFF_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{3,39}")
IDENTITY_NUMBER = re.compile(r"\d{9}|\d{12}")


def read_staff_key(cells: Cells, *, is_required: bool) -> str | None:
    """The key in `staff_key`; refused where it looks like a name, an address or an identity number."""
    key = cells.text("staff_key", most=200) if is_required else cells.optional("staff_key", most=200)
    if key and (not STAFF_KEY.fullmatch(key) or IDENTITY_NUMBER.fullmatch(key)):
        cells.fault(
            "staff_key",
            "NOT_A_PSEUDONYM",
            vi="Dùng mã nội bộ (chữ không dấu, số, dấu chấm, gạch), không dùng họ tên hay số định danh.",
            en="Use an internal key (letters, digits, dot, dash), no name and no identity number.",
        )
        return "refused"
    return key or None
