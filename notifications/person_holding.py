"""What was mailed to a person: a list of when and what; on erasure the rows go, those that wait too."""

from typing import Any

from accounts.holdings import Holding, register_holding
from accounts.models import Person
from notifications.models import Bundle, BundleLine, Message, Notice


def register() -> None:
    register_holding(Holding("mails", export=export, erase=erase))
    register_holding(Holding("mail_choices", export=export_choices, erase=erase_choices))


def export(person: Person) -> list[dict[str, Any]]:
    messages = Message.objects.filter(person=person).order_by("pk")
    of_reports = messages.values_list("template", "event__report__reference", "status", "created_at", "sent_at")
    notices = Notice.objects.filter(person=person).order_by("pk")
    others = notices.values_list("template", "status", "created_at", "sent_at")
    bundled = BundleLine.objects.filter(person=person).order_by("pk")
    lines = bundled.values_list("template", "event__report__reference", "bundle__status", "due_at", "bundle__sent_at")
    return [
        *({"what": what, "report": ref, "status": status or "waiting", "made_at": made, "sent_at": sent}
          for what, ref, status, made, sent in lines),
        *({"what": what, "report": ref, "status": status, "made_at": made, "sent_at": sent}
          for what, ref, status, made, sent in of_reports),
        *({"what": what, "report": "", "status": status, "made_at": made, "sent_at": sent}
          for what, status, made, sent in others),
    ]  # fmt: skip


def erase(person: Person, keep_reports: bool) -> None:
    Message.objects.filter(person=person).delete()
    BundleLine.objects.filter(person=person).delete()
    Bundle.objects.filter(person=person).delete()
    Notice.objects.filter(person=person).delete()


def export_choices(person: Person) -> dict[str, Any]:
    muted = person.mutes.select_related("report").order_by("pk")
    return {
        "how_often": {choice.kind: choice.frequency for choice in person.mail_choices.all()},
        "muted_reports": [mute.report.reference for mute in muted],
    }


def erase_choices(person: Person, keep_reports: bool) -> None:
    person.mail_choices.all().delete()
    person.mutes.all().delete()
