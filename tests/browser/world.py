"""One report in every state, and the addresses of every page that there is to see."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.contrib.gis.geos import LineString, Point
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.bans import ban_person
from accounts.models import Person
from accounts.profiles import change_profile
from accounts.sign_in_links import sign_in_url
from forwarding.actions import answer_report, promise_date, say_done, send_report
from forwarding.actions_letters import recall_report
from forwarding.models import ContactHealth, Dispatch, IncomingMail
from jarokelo.demo import mailbox
from moderation.acts import recorded
from moderation.models import Act, Bulk, SavedText
from moderation.queues import QUEUES
from municipalities.models import Area, Category, Institution, Membership, Responsibility, StreetGroup
from notifications.deliveries import DeliveryStatus
from notifications.recognition import count_help
from reports import links
from reports.actions import lock_report, move_report
from reports.actions_comments import write_comment
from reports.actions_desk import ask_info, hide_report, note_report, reject_report
from reports.actions_flags import raise_flag
from reports.actions_reporter import withdraw_report
from reports.actions_sending import submit_report
from reports.actions_sightings import tell_sighting
from reports.actions_solved import confirm_solved, deliver_praise
from reports.lifecycle import Reason, Role, Status
from reports.models import Assignment, Comment, FlagVoice, Report, Sighting
from reports.uploads import store_photo
from tests.conftest import jpeg


@dataclass
class World:
    reporter: Person
    moderator: Person
    officer: Person
    area: Area
    category: Category
    institution: Institution
    reports: dict[str, Report] = field(default_factory=dict)
    comment: Comment = field(init=False)
    sighting: Sighting = field(init=False)

    def build(self) -> "World":
        for number, status in enumerate(Status):
            if status != Status.DRAFT:
                self.reports[status] = self.bring_to(status, number)
        for number in range(2):
            self.reports[f"extra-{number}"] = self.bring_to(Status.SENT, 20 + number)
        IncomingMail.objects.create(
            raw=b"Subject: x\r\n\r\nHello", digest="0" * 64, sender="ugyfel@utkezelo.example", subject="Válasz",
            text="Jövő héten javítjuk.", state="to_read", assignment=self.assignment("sent"),
        )  # fmt: skip
        IncomingMail.objects.create(
            raw=b"Subject: x\r\n\r\nHello", digest="1" * 64, sender="valaki@example.org", subject="Valami",
            text="Nem tudni, mire.", state="unmatched",
        )  # fmt: skip
        refused = Dispatch.objects.filter(assignment=self.assignment("extra-0"))
        refused.update(status=DeliveryStatus.FAILED, last_error="550 No such user here")
        change_profile(self.reporter, name="Rita B.", is_public=True, is_findable=True, in_lists=True)
        count_help()
        self.talk()
        mailbox.keep(b"Subject: Hello\r\nFrom: a@b.example\r\n\r\nHello", "a@b.example", ["c@d.example"])
        return self

    def talk(self) -> None:
        """Something of each sort that people say: shown, and waiting at the desk."""
        report, passer_by = self.reports["in_progress"], self.officer
        write_comment(report, "Ma is ott van.", author=self.reporter, confirmed=True, name="Rita")
        photos = [store_photo(jpeg("#224466", (640, 480)))]
        shown = write_comment(report, "Képpel is.", author=self.moderator, confirmed=True, photos=photos)
        write_comment(report, "Hívjon: 06 30 123 4567", author=passer_by, confirmed=True)
        self.comment = write_comment(report, "Még nem.", author=passer_by, confirmed=False)
        for is_solved in (True, False):
            photos = [store_photo(jpeg("#336633", (640, 480)))]
            self.sighting = tell_sighting(
                report, is_solved=is_solved, text="Láttam.", author=passer_by, confirmed=is_solved, photos=photos
            )
        raise_flag(
            report, reason=FlagVoice.Reason.SPAM, text="Reklám.", person=self.reporter, address_hash="", comment=shown
        )

    def submit(self, number: int, *, confirmed: bool = True, kind: str = "problem") -> Report:
        report = Report(
            kind=kind,
            title=f"Kátyú a {number}. sarkon",
            description="Mély kátyú a sarkon, veszélyes.\n\nEste nem látszik.",
            point=Point(19.03 + number / 1000, 47.46 + number / 2000, srid=4326),
            address=f"Fő utca {number}.",
            area=self.area,
            category=self.category,
            reporter=self.reporter,
            reporter_name="Rita Bejelentő",
            show_name=True,
        )
        photos = [store_photo(jpeg("#886644", (640, 480))), store_photo(jpeg("#335577", (480, 640)))]
        return submit_report(report, photos, actor=self.reporter, confirmed=confirmed)

    def bring_to(self, status: Status, number: int) -> Report:
        kind = {Status.ANSWERED: "question", Status.DELIVERED: "praise"}.get(status, "problem")
        report = self.submit(number, confirmed=status != Status.UNCONFIRMED, kind=kind)
        match status:
            case Status.NEEDS_INFO:
                ask_info(report, "Melyik oldalon?", actor=self.moderator)
            case Status.REJECTED:
                reject_report(report, Reason.NOT_A_PROBLEM, "Ez magánügy.", actor=self.moderator)
            case Status.WITHDRAWN:
                withdraw_report(report, actor=self.reporter)
            case Status.UNCONFIRMED | Status.SUBMITTED:
                pass
            case _:
                self.bring_on(send_report(report, self.institution, actor=self.moderator), status)
        return Report.objects.get(pk=report.pk)

    @transaction.atomic
    def bring_on(self, assignment: Assignment, status: Status) -> None:
        report = assignment.report
        if status == Status.SENT:
            return
        if status == Status.HIDDEN:
            hide_report(report, "Sértő.", actor=self.moderator)
            return
        if status == Status.DUPLICATE:
            self.move(report, status, original=self.reports["sent"])
            return
        if status == Status.DELIVERED:
            deliver_praise(report, assignment)
            return
        answer_report(assignment, "Megnézzük.", actor=self.officer)
        if status == Status.ANSWERED:
            return
        if status == Status.UNRESOLVED:
            self.move(report, status, reason=Reason.NO_SOLUTION)
            return
        promise_date(assignment, timezone.localdate() + timedelta(days=9), "Új aszfalt jön.", actor=self.officer)
        if status in (Status.AWAITING_CONFIRMATION, Status.SOLVED):
            say_done(assignment, "Kész.", actor=self.officer)
        if status == Status.SOLVED:
            confirm_solved(report, actor=self.reporter)

    def move(self, report: Report, status: Status, **changes: Any) -> None:
        move_report(lock_report(report), status, role=Role.MODERATOR, actor=self.moderator, changes=changes)

    def assignment(self, name: str) -> Assignment:
        return Assignment.objects.filter(report=self.reports[name]).latest("pk")

    # -- Addresses -----------------------------------------------------------------------------------------------

    @property
    def public_pages(self) -> list[str]:
        listed = [s for s in Status if s.is_public]
        return [
            "/",
            "/about",
            "/reports",
            "/reports?status=solved",
            "/reports?q=nincsilyen",
            "/map",
            "/report/drafts",
            "/offline",
            "/report/offline",
            "/thanks?month=all",
            "/people/rita-b",
            "/nowhere",
            *(self.reports[status].get_absolute_url() for status in listed),
            *(f"{self.reports[status].get_absolute_url()}/print" for status in ("sent", "solved")),
            self.reports["hidden"].get_absolute_url(),  # 410
            "/accounts/login/",
            "/accounts/signup/",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/login/code/",
            urlsplit(sign_in_url(self.reporter)).path,
            "/accounts/3rdparty/login/cancelled/",
            "/demo/mail/",
            f"/demo/mail/{mailbox.all_mails()[0].key}/",
        ]

    @property
    def citizens_pages(self) -> list[str]:
        owned = [s for s in Status if s in self.reports and s != Status.HIDDEN]
        waiting, queued = self.reports["unconfirmed"], self.reports["submitted"]
        return [
            "/report/new",
            reverse("report_done", args=[links.sign(links.DONE, waiting.pk)]),
            reverse("report_done", args=[links.sign(links.DONE, queued.pk)]),
            reverse("report_confirm", args=[links.sign(links.CONFIRM, waiting.pk)]),
            reverse("report_confirm", args=[links.sign(links.CONFIRM, queued.pk)]),
            *(reverse("owner", args=[links.sign(links.OWNER, self.reports[status].pk)]) for status in owned),
            reverse("owner_edit", args=[links.sign(links.OWNER, queued.pk)]),
            *(f"{self.reports['in_progress'].get_absolute_url()}/{page}" for page in ("comments", "solved", "flag")),
            reverse("comment_by_link", args=[links.sign(links.COMMENT, self.comment.pk)]),
            reverse("sighting_by_link", args=[links.sign(links.SIGHTING, self.sighting.pk)]),
            reverse("unsubscribe", args=[links.sign(links.UNSUBSCRIBE, self.reporter.pk, queued.pk)]),
            urlsplit(links.follow_url(self.reports["sent"].pk, "vendeg@example.org", support=True)).path,
        ]

    @property
    def members_pages(self) -> list[str]:
        """What is behind the sign-in of a citizen."""
        sections = ("", "reports", "reports?status=solved", "reports?q=nincsilyen", "followed", "supported", "map")
        account = ("email", "password/change", "reauthenticate", "reauthenticate/code", "sessions", "logout")
        return [
            *(f"/my/{section}" for section in sections),
            "/my/settings",
            "/my/thanks",
            "/my/profile",
            "/report/drafts",
            *(f"/accounts/{page}/" for page in account),
            "/accounts/2fa/",
            "/accounts/2fa/webauthn/",
            "/accounts/3rdparty/",
        ]

    @property
    def desk_pages(self) -> list[str]:
        statuses = ("submitted", "needs_info", "rejected", "in_progress", "solved", "hidden")
        cases = [reverse("desk_case", args=[self.reports[status].reference]) for status in statuses]
        tabs = [f"/desk/?queue={key}" for key in QUEUES]
        mail = reverse("desk_mail", args=[IncomingMail.objects.latest("pk").pk])
        photo = self.reports["sent"].photos.all()[0]
        edit = reverse("desk_photo", args=[self.reports["sent"].reference, photo.pk])
        names = (
            *("desk_new", "desk_keys", "desk_history", "desk_mails", "desk_team"),
            *("desk_texts", "desk_filters", "desk_routing"),
        )
        others = [*(reverse(name) for name in names), mail, edit]
        return ["/desk/", *tabs, "/desk/?q=sarkon", *others, *cases, "/accounts/email/"]

    @property
    def ledger_pages(self) -> list[str]:
        """With a letter that failed, and its contact paused."""
        failed = Dispatch.objects.filter(assignment__report=self.reports["sent"]).latest("pk")
        Dispatch.objects.filter(pk=failed.pk).update(status="failed", last_error="550 no such user", attempts=1)
        failed.begin_attempt()
        ContactHealth.objects.update_or_create(
            contact=failed.contact,
            defaults={
                "failures_in_row": 5,
                "last_error": "550 no such user",
                "paused_until": timezone.now() + timedelta(hours=4),
                "unanswered": 3,
                "unanswered_since": timezone.now(),
            },
        )
        lists = [f"{reverse('desk_deliveries')}?state=all", f"{reverse('desk_deliveries')}?state=stuck"]
        one = reverse("desk_delivery", args=[failed.pk])
        return [*lists, one, reverse("desk_contact", args=[failed.contact_id])]

    @property
    def employees_pages(self) -> list[str]:
        """What volunteers do not see."""
        employee = Person.objects.get(is_staff=True, is_superuser=False)
        report = self.reports["submitted"]
        ban_person(Person.objects.for_address("banned@example.org"), "Sértegetett.", None, actor=employee)
        text = SavedText.objects.create(act="ask", name="Hol van?", texts={"hu": "Hol van: {address}?"})
        away = SavedText.objects.create(act="ask", name="Mikor?", texts={"hu": "Mikor?"}, is_active=False)
        line = LineString((19.03, 47.45), (19.05, 47.47), srid=4326)
        streets = StreetGroup.objects.create(name="Főutak", streets=["Üllői út"], shape=line, metres=20)
        with recorded("note", report, actor=employee):
            note_report(report, "Megnéztük.", actor=employee)
        Act.objects.update(needs_look=True)
        done = Bulk.objects.create(
            action="note", reports=[report.pk], actor=employee, state="done", position=1, troubles={str(report.pk): "x"}
        )
        names = (
            "desk_history",
            "desk_readings",
            "desk_people",
            "desk_team",
            "desk_texts",
            "desk_text_new",
            "desk_bulk",
            "desk_rules",
            "desk_rule_new",
            "desk_rule_history",
            "desk_streets",
            "desk_street_group_new",
        )
        return [
            *(reverse(name) for name in names),
            f"{reverse('desk_history')}?look=on",
            reverse("desk_text", args=[text.pk]),
            *(reverse("desk_text_away", args=[one.pk]) for one in (text, away)),
            reverse("desk_rule", args=[Responsibility.objects.latest("pk").pk]),
            reverse("desk_street_group", args=[streets.pk]),
            reverse("desk_bulk_run", args=[done.pk]),
        ]

    @property
    def officers_pages(self) -> list[str]:
        cases = ["sent", "in_progress", "awaiting_confirmation", "solved"]
        tokens = [links.officer_token(self.assignment(name).pk) for name in cases]
        office = reverse("office_case", args=[self.assignment("sent").pk])
        pages = ["/office/", "/office/?show=closed", "/office/?q=x", "/office/map", "/office/export", "/office/print"]
        pages += ["/office/views/", "/office/bulk/", "/office/bulk/?all=1"]
        recalled = self.assignment("extra-1")
        recall_report(recalled, "Nem az önök útja.", actor=self.moderator)
        tokens.append(links.officer_token(recalled.pk))  # 410
        return [*pages, office, *(reverse("officer_case", args=[t]) for t in tokens)]

    @property
    def leads_pages(self) -> list[str]:
        """The officer leads two bodies, and chooses between them."""
        Membership.objects.filter(person=self.officer).update(role="lead")
        other = Institution.objects.create(name="Egyváros Főkert", kind="utility")
        Membership.objects.create(person=self.officer, role="lead", institution=other)
        bodies = (self.institution, other)
        names = ("office_body", "office_units", "office_texts", "office_text_new")
        return ["/office/", *(reverse(name, args=[body.pk]) for body in bodies for name in names)]

    def link_of_closed_case(self) -> str:
        """An officer's link that is too old."""
        long_ago = timezone.now() - timedelta(days=200)
        Report.objects.filter(pk=self.reports["solved"].pk).update(closed_at=long_ago)
        token = links.sign(links.OFFICER, self.assignment("solved").pk, long_ago.toordinal())
        return reverse("officer_case", args=[token])
