"""What lies on the desk of the sample: saved texts, notes that call a colleague, a case that was given, second looks, a
ban. Nobody is told of any of it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Ban
from jarokelo.demo_data.foundation import Foundation
from jarokelo.demo_data.planning import SOURCE
from jarokelo.demo_data.stories import PEOPLE
from moderation.actions_claims import give_case
from moderation.acts import recorded
from moderation.models import Act, Handoff, SavedText
from reports.actions_desk import edit_report, note_report
from reports.lifecycle import Status
from reports.models import Report, ReportEvent

TEXTS: list[tuple[str, str, bool, str, str]] = [
    (
        "ask",
        "Hol van pontosan?",
        False,
        "Kedves Bejelentő! Köszönjük a jelzést. Meg tudnád írni, pontosan hol van ({address})? Egy házszám vagy egy "
        "közeli üzlet is sokat segít.",
        "Thank you for your report! Could you tell us where exactly it is ({address})? A house number or a shop nearby "
        "helps a lot.",
    ),
    (
        "ask",
        "Kérünk egy fotót",
        False,
        "Kedves Bejelentő! Küldenél egy fotót is arról, amit „{title}” címen jeleztél? Így az illetékes "
        "gyorsabban dönt.",
        "Could you send a photo of what you reported as “{title}”? The body decides sooner then.",
    ),
    (
        "reject",
        "Már megoldották",
        False,
        "Köszönjük, hogy szóltál! A helyszínt közben rendbe tették, ezért ezt a bejelentést nem tesszük közzé.",
        "Thank you for telling us! It has been mended meanwhile, so we do not publish this report.",
    ),
    (
        "send",
        "Balesetveszély",
        False,
        "Kérjük, soron kívül nézzék meg: a hely balesetveszélyes.",
        "Please look at it at once: somebody may be hurt there.",
    ),
    (
        "word",
        "Köszönjük a türelmed",
        True,
        "Kedves Bejelentő! Köszönjük a türelmed, még várjuk az illetékes válaszát.",
        "Thank you for your patience: we are still waiting for the body's answer.",
    ),
    (
        "recall",
        "Rossz címzett",
        False,
        "Elnézést kérünk, ezt a bejelentést tévedésből küldtük Önöknek, nincs vele teendőjük.",
        "We are sorry: this report was sent to you by mistake, and there is nothing for you to do.",
    ),
    (
        "sighting",
        "Túl sötét a fotó",
        False,
        "Köszönjük! A fotón sajnos nem látszik elég jól a hely. Küldenél egy másikat nappal?",
        "Thank you! The place cannot be seen well enough in the photo. Could you send another one by day?",
    ),
]


def store_desk(ground: Foundation) -> None:
    """Each once."""
    boss, volunteer = ground.people["admin@example.org"], ground.people["moderator@example.org"]
    for act, name, is_automatic, hungarian, english in TEXTS:
        values = {"texts": {"hu": hungarian, "en": english}, "is_automatic": is_automatic, "written_by": boss}
        ground.keep(SavedText, values, act=act, name=name)
    last = timezone.localdate() + timedelta(days=30)
    defaults: dict[str, Any] = {"until": last, "by": boss, "reason": "Többször sértegetett másokat a hozzászólásaiban."}
    ground.keep(Ban, defaults, person=ground.people[PEOPLE[-1][0]])
    if Act.objects.filter(report__source=SOURCE).exists():
        return
    reports = list(Report.objects.filter(source=SOURCE, status=Status.SUBMITTED).order_by("source_id")[:3])
    if len(reports) == 3:
        work(ground, reports)
        ground.made["acts"] += Act.objects.filter(actor__in=[boss, volunteer]).count()


def work(ground: Foundation, reports: list[Report]) -> None:
    """A volunteer asked a colleague, put a title right, and has been given a case."""
    boss, volunteer = ground.people["admin@example.org"], ground.people["moderator@example.org"]
    asked, mended, given = reports
    words = "@admin.agi ez a kerületé vagy a fővárosé? A táblán mindkettő szerepel."
    with recorded("note", asked, actor=volunteer):
        note_report(asked, words, actor=volunteer)
    with recorded("note", asked, actor=boss):
        note_report(asked, "@moderator.moni a főútvonal a fővárosé, küldd nekik.", actor=boss)
    for person, by, note in ((boss, volunteer, words), (volunteer, boss, "@moderator.moni a főútvonal a fővárosé.")):
        Handoff.objects.create(kind=Handoff.Kind.MENTIONED, report=asked, person=person, by=by, note=note)
    with recorded("save", mended, actor=volunteer):
        edit_report(mended, {"title": f"{mended.title or mended.heading} a sarkon"[:150]}, actor=volunteer)
    # Both actions write events for the workers, who would tell the people of the sample.
    ReportEvent.objects.filter(report__in=reports, processed_at=None).update(processed_at=timezone.now())
    give_case(given, volunteer, "Te jársz arra: ránéznél, hogy megvan-e még?", actor=boss)
    Act.objects.filter(actor=volunteer).update(needs_look=True)
