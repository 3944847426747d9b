"""Stored documents: operations that a front end registered, each known by the name of its file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from gateway.errors import Code, Fault

ENDING = ".graphql"


class StoredDocuments:
    """Texts by id; read once, since a front end's release comes with a restart."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)
        self._known = frozenset(texts.values())

    @classmethod
    def read(cls, folder: Path | None) -> Self:
        """Those of a folder; none without a folder. Raises OSError for a folder that is not there."""
        files = [] if folder is None else [path for path in folder.iterdir() if path.suffix == ENDING]
        return cls({path.stem: path.read_text("utf-8") for path in files})

    @property
    def texts(self) -> Mapping[str, str]:
        """All of them."""
        return self._texts

    def text(self, document_id: str) -> str:
        """The document of an id. Raises PERSISTED_QUERY_NOT_FOUND."""
        found = self._texts.get(document_id)
        if found is None:
            raise _unknown("Không có tài liệu truy vấn mang mã này.", "No stored document has this id.")
        return found

    def check(self, text: str) -> None:
        """Raises PERSISTED_QUERY_NOT_FOUND unless the document is stored, under whatever id."""
        if text not in self._known:
            vi = "Ở đây chỉ nhận tài liệu truy vấn đã đăng ký; hãy gửi `id`, hoặc đăng nhập."
            raise _unknown(vi, "Only stored documents are accepted here: send an `id`, or sign in.")


def _unknown(vi: str, en: str) -> Fault:
    return Fault(Code.PERSISTED_QUERY_NOT_FOUND, vi=vi, en=en)
