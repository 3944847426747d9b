"""All reference data, loaded once and kept in memory."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reference.bodies import Bodies
from reference.body_files import load_bodies
from reference.calendars import Calendars, load_calendars
from reference.files import DataFiles
from reference.honor_forms import HonorForms, load_honor_forms
from reference.measures import Measures, load_measures
from reference.permissions import Permissions, load_permissions
from reference.place_files import load_places
from reference.places import Places
from reference.play_log import Channels, PlayLog, load_channels, load_play_log
from reference.program import Program, load_program
from reference.reasons import Reasons, load_reasons
from reference.vocabularies import Vocabularies, load_vocabularies


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Everything that is looked up. It never changes: an operator's new file counts from the next start."""

    bodies: Bodies
    places: Places
    vocabularies: Vocabularies
    measures: Measures
    permissions: Permissions
    calendars: Calendars
    program: Program
    honor_forms: HonorForms
    play_log: PlayLog
    channels: Channels
    reasons: Reasons


def load(folder: Path | None = None) -> Reference:
    """Reads all files, those in `folder` before the package's own of the same name.

    Raises DataFileInvalid, which names the file and each faulty place.
    """
    files = DataFiles(folder)
    program, places = load_program(files), load_places(files)
    bodies = load_bodies(files, places, obliged_from=program.decision.signed_on)
    return Reference(
        bodies=bodies,
        places=places,
        vocabularies=load_vocabularies(files),
        measures=load_measures(files),
        permissions=load_permissions(files, bodies),
        calendars=load_calendars(files),
        program=program,
        honor_forms=load_honor_forms(files),
        play_log=load_play_log(files),
        channels=load_channels(files),
        reasons=load_reasons(files),
    )


@cache
def default() -> Reference:
    """The package's own data, read once in a process."""
    return load()
