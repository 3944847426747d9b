"""How a play log is read, and which channel belongs to which group: the numbers and mappings that are data."""

from dataclasses import dataclass
from uuid import UUID

from contracts.vocabulary import ChannelGroup, LocalizedText, OutreachChannel
from reference.files import DataFiles


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedContentItem:
    """What a content item is that a provincial system names and its file does not describe."""

    kind: str
    language: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayLog:
    """`play_log.yaml`. Times in seconds and minutes, sizes in bytes."""

    field_themes: dict[int, tuple[str, ...]]
    program_themes: frozenset[str]
    minimum_seconds: int
    maximum_minutes_ahead: int
    maximum_record_bytes: int
    id_namespace: UUID
    required_fields: tuple[str, ...]
    imported_content_item: ImportedContentItem

    def themes_of(self, field: int | None) -> tuple[str, ...]:
        """The themes that a value of `LoaiLinhVuc` gives to a record."""
        return () if field is None else self.field_themes.get(field, ())

    def is_program_information(self, themes: frozenset[str]) -> bool:
        """Whether what carries these themes counts as program information (T3)."""
        return not self.program_themes.isdisjoint(themes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Channels:
    """`channels.yaml`."""

    names: dict[OutreachChannel, LocalizedText]
    publication_groups: dict[OutreachChannel, ChannelGroup]

    def name(self, channel: OutreachChannel) -> LocalizedText:
        """The channel in words; its code where the file has none."""
        return self.names.get(channel) or LocalizedText(vi=channel.value, en=channel.value)

    def publication_group(self, channel: OutreachChannel) -> ChannelGroup | None:
        """The group of a publication over that channel; null where outreach over it is no publication."""
        return self.publication_groups.get(channel)


def load_play_log(files: DataFiles) -> PlayLog:
    """Reads `play_log.yaml`. Raises DataFileInvalid."""
    return files.read("play_log.yaml", PlayLog)


def load_channels(files: DataFiles) -> Channels:
    """Reads `channels.yaml`. Raises DataFileInvalid."""
    return files.read("channels.yaml", Channels)
