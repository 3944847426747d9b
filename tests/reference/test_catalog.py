"""The shipped files fit each other, and an operator can replace them."""

from datetime import date
from pathlib import Path

import pytest

from contracts.vocabulary import ChannelGroup, OutreachChannel, TargetCode
from reference.catalog import default, load
from reference.files import OWN_DATA, DataFileInvalid
from reference.vocabularies import Vocabulary

REFERENCE = default()
TODAY = date(2026, 11, 1)


def own_text(name: str) -> str:
    return (OWN_DATA / name).read_text(encoding="utf-8")


def test_the_default_is_read_once() -> None:
    assert default() is REFERENCE


def test_regions_of_provinces_are_terms() -> None:
    regions = {term.code for term in REFERENCE.vocabularies.of(Vocabulary.REGION, TODAY)}
    assert {place.region for place in REFERENCE.places.provinces} == regions


def test_the_classification_of_science() -> None:
    fields = REFERENCE.vocabularies.of(Vocabulary.SCIENCE_FIELD)
    assert [len([term for term in fields if len(term.code) == digits]) for digits in (1, 3)] == [6, 46]
    assert all(term.parent == term.code[0] for term in fields if len(term.code) == 3)


def test_a_parent_matches_its_children() -> None:
    widened = REFERENCE.vocabularies.widened(Vocabulary.SCIENCE_FIELD, ["1", "601"])
    assert widened == {"1", "101", "102", "103", "104", "105", "106", "199", "601"}


def test_terms_are_dated() -> None:
    stages = REFERENCE.vocabularies
    assert [term.code for term in stages.of(Vocabulary.STAGE, date(2025, 12, 31))] == ["2025"]
    assert stages.unknown(Vocabulary.STAGE, ["2025", "2026-2030", "2040"], day=TODAY) == ("2025", "2040")
    assert stages.term(Vocabulary.THEME, "nothing") is None


def test_what_other_files_name_are_terms() -> None:
    log, terms = REFERENCE.play_log, REFERENCE.vocabularies
    themes = [*log.program_themes, *(theme for themes in log.field_themes.values() for theme in themes)]
    assert terms.unknown(Vocabulary.THEME, themes, day=TODAY) == ()
    assert terms.unknown(Vocabulary.FORMAT, [log.imported_content_item.format], day=TODAY) == ()
    assert terms.unknown(Vocabulary.LANGUAGE, [log.imported_content_item.language], day=TODAY) == ()
    assert terms.unknown(Vocabulary.HONOR_KIND, ["irregular"], day=TODAY) == ()


def test_how_play_logs_are_read() -> None:
    log = REFERENCE.play_log
    assert [log.themes_of(field) for field in (None, 1, 5, 6)] == [(), (), ("science_technology",), ()]
    assert log.is_program_information(frozenset({"health", "innovation"}))
    assert not log.is_program_information(frozenset({"health"}))
    assert (log.minimum_seconds, log.maximum_minutes_ahead, log.maximum_record_bytes) == (5, 10, 32 * 1024)


@pytest.mark.parametrize(
    ("channel", "group"),
    [
        (OutreachChannel.NEWSPAPER, ChannelGroup.MASS_MEDIA),
        (OutreachChannel.PORTAL, ChannelGroup.DIGITAL_PLATFORM),
        (OutreachChannel.SOCIAL_NETWORK, ChannelGroup.SOCIAL_NETWORK),
        (OutreachChannel.COMMUNE_LOUDSPEAKER, None),
    ],
)
def test_which_outreach_is_a_publication(channel: OutreachChannel, group: ChannelGroup | None) -> None:
    assert REFERENCE.channels.publication_group(channel) is group


def test_the_program_and_its_decision() -> None:
    program = REFERENCE.program
    assert program.decision.identity.format() == "000.00.00.G22,2025/06/16,1169/QĐ-TTg"
    assert program.target(TargetCode.T1).due == date(2025, 12, 31)
    assert program.target(TargetCode.T5).due is None
    for target in program.targets:
        headline = REFERENCE.measures.headline_of(target.code)
        assert headline.goal is None or headline.due == target.due


def test_forms_of_honor() -> None:
    forms = REFERENCE.honor_forms
    assert len(forms.all) == 10 and forms.all[0].code == "order"
    assert forms.on(date(2025, 6, 15)) == () and forms.on(TODAY) == forms.all
    recognition = forms.get("program_recognition")
    assert recognition is not None and recognition.service_level_days == 30
    assert recognition.days_allowed_in("nominated") == 3 and recognition.days_allowed_in("presented") is None
    until_decision = ("nominated", "completeness_checked", "consulting", "appraised", "council_voted", "submitted")
    for form in forms.all:
        assert sum(form.days_allowed_in(state) or 0 for state in until_decision) == form.service_level_days


def test_an_operator_sets_other_days_for_one_form(tmp_path: Path) -> None:
    text = own_text("honor_forms.yaml").replace(
        "rank: 9,", "rank: 9, service_level_days: 10, days_in_state: {nominated: 1},"
    )
    (tmp_path / "honor_forms.yaml").write_text(text, encoding="utf-8")
    form = load(tmp_path).honor_forms.get("commendation")
    assert form is not None
    assert (form.service_level_days, form.days_allowed_in("nominated"), form.days_allowed_in("submitted")) == (10, 1, 7)


def test_holidays_of_the_shipped_years_are_weekdays() -> None:
    calendars = REFERENCE.calendars
    assert {day.year for day in calendars.holidays} == {2025, 2026, 2027}
    assert all(day.weekday() < 5 for day in calendars.holidays)
    assert all(day.weekday() >= 5 for day in calendars.worked_weekend_days)
    assert calendars.working_days_after(date(2026, 2, 13), 1) == date(2026, 2, 23)


def test_reasons_are_told_in_both_languages() -> None:
    for code in REFERENCE.reasons.codes:
        text = REFERENCE.reasons.text(code)
        assert text.vi and text.en and text.vi != code
    assert REFERENCE.reasons.text("of_next_year").vi == "of_next_year"


@pytest.mark.parametrize(
    ("name", "before", "after", "fault"),
    [
        ("vocabularies.yaml", 'code: "B"', 'code: "A"', "INDUSTRY A: stands twice"),
        ("vocabularies.yaml", 'parent: "people"', 'parent: "nobody"', "AUDIENCE youth: no parent nobody"),
        ("vocabularies.yaml", "THEME:\n", "MOTIF:\n", "MOTIF"),
        ("program.yaml", "code: T5", "code: T4", "T1 to T5"),
        ("calendars.yaml", "- 2025-01-01", "- yesterday", "holidays"),
        ("reasons.yaml", "counted: {", "counted: [", "reasons.yaml"),
        ("channels.yaml", "portal: digital_platform", "portal: digital", "publication_groups.portal"),
    ],
)
def test_a_faulty_file_is_refused_with_its_place(
    tmp_path: Path, name: str, before: str, after: str, fault: str
) -> None:
    (tmp_path / name).write_text(own_text(name).replace(before, after), encoding="utf-8")
    with pytest.raises(DataFileInvalid, match=fault) as refused:
        load(tmp_path)
    assert refused.value.path.name == name
