"""A dispatch to an Open311 endpoint: the first opens a request there, later ones are updates of it.

GeoReport has no idempotency, so `RemoteRequest` keeps one mark: `POSTING`, committed before the POST and taken back by
a definite answer. Whoever finds it looks in the endpoint's list first, and never posts again on its own account.
"""

import re

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from forwarding.checks import blocked_until
from forwarding.mail import compose
from forwarding.models import Dispatch
from forwarding.open311.attributes import fill
from forwarding.open311.client import Client, Fields, File, Receipt, w3c
from forwarding.open311.lookup import CannotLookUp, find_request
from forwarding.open311.tokens import TOKEN_WAITS
from forwarding.outward.case import news_text, opening_text, photo_url, shown_photos
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.models import Open311Endpoint, RemoteRequest, RemoteService, ServiceChoice
from municipalities.models import Contact
from notifications.deliveries import NotNow
from notifications.mailer import SendingFailed, send_mail
from reports.lifecycle import BRINGS, EventKind
from reports.models import Photo, Report

LOOKUPS = 3
# The letters that bring a body its case; any other finds none where those failed, and brings it then.
FIRST = BRINGS
NEEDS_A_CASE = (
    EventKind.SOLVED,
    EventKind.WITHDRAWN,
    EventKind.RECALLED,
    EventKind.DUPLICATE,
    EventKind.TAKEN_BACK,
)
CLOSING = (EventKind.SOLVED, EventKind.WITHDRAWN, EventKind.RECALLED, EventKind.DUPLICATE)
_KNOWN_ALREADY = re.compile(r"already|duplicate|update_id", re.I)
State, Photos = RemoteRequest.State, Open311Endpoint.Photos


def send_by_open311(dispatch: Dispatch) -> str:
    """What the endpoint said; raises `SendingFailed`."""
    endpoint = Open311Endpoint.objects.select_related("contact").filter(contact=dispatch.contact_id).first()
    if endpoint is None:
        raise SendingFailed(_("The Open311 endpoint is not set up yet."), permanent=True, ours=True)
    remote, _is_new = RemoteRequest.objects.get_or_create(
        assignment=dispatch.assignment, contact=dispatch.contact, defaults={"state": State.NEW}
    )
    client = Client(endpoint, dispatch.address)
    if dispatch.event.report.is_private and not endpoint.takes_private:
        return send_by_mail_instead(dispatch, _("the endpoint gets no cases that are not public"))
    if dispatch.event.kind == EventKind.LINK_ASKED:
        return send_by_mail_instead(dispatch, _("the body's link is for its own eyes"))
    kind, is_there = dispatch.event.kind, remote.state in (State.KNOWN, State.TOKEN, State.NUMBERLESS)
    if is_there and kind in FIRST:
        return _said(remote)  # the worker died between the answer and the note that it is out
    # What may have arrived is sent again by staff only: with the dispatch itself, or as the case once more.
    is_free = remote.state == State.NEW and kind not in NEEDS_A_CASE
    if not is_there and (is_free or kind in (*FIRST, EventKind.REPEATED)):
        return open_request(client, remote, dispatch)
    return tell_news(client, remote, dispatch)


# -- The request --------------------------------------------------------------------------------------------


def open_request(client: Client, remote: RemoteRequest, dispatch: Dispatch) -> str:
    if remote.state in (State.POSTING, State.LOST) and looked_up(client, remote, dispatch):
        return _said(remote)
    service, lines = service_for(client.endpoint, dispatch.event.report)
    fields, files = contents(client.endpoint, service, lines, dispatch)
    dispatch.keep_claim()  # the look at the list may have taken most of it
    remote.state, remote.service_code, remote.posted_at = State.POSTING, service.code, timezone.now()
    remote.said_failed, remote.lookups, remote.problem = False, 0, ""
    remote.save(update_fields=["state", "service_code", "posted_at", "said_failed", "lookups", "problem"])
    try:
        receipt = client.post_request(fields, files, expects_number=service.kind != "blackbox")
    except OutboundFailed as error:
        if error.unknown:
            remote.said_failed = error.status >= 500
        else:
            remote.state = State.NEW
        remote.problem = error.reason[:300]
        remote.save(update_fields=["state", "said_failed", "problem"])
        raise
    take_receipt(remote, receipt)
    return _said(remote) + (f" {receipt.notice}" if receipt.notice else "")


def looked_up(client: Client, remote: RemoteRequest, dispatch: Dispatch) -> bool:
    """Found and taken over, or free to be sent again; raises `SendingFailed` where neither is sure."""
    staff_asked = remote.state == State.LOST  # only a person sends again what was left to people
    try:
        number = find_request(client, remote, dispatch.event.report)
    except CannotLookUp as error:
        if staff_asked:
            return False
        trouble = _("its list cannot be read: %(why)s") % {"why": error}
        raise _unsure(remote, trouble, is_over=dispatch.is_last_attempt or not error.for_now) from error
    if number:
        take_receipt(remote, Receipt(request_id=number))
        return True
    if staff_asked or remote.said_failed:  # the server said itself that it failed, and has nothing
        return False
    remote.lookups += 1
    is_over = dispatch.is_last_attempt or remote.lookups >= LOOKUPS
    raise _unsure(remote, _("it is not in its list"), is_over=is_over)


def _unsure(remote: RemoteRequest, trouble: str, *, is_over: bool) -> SendingFailed:
    """Written only where nobody has learnt more of it meanwhile."""
    values = {"lookups": remote.lookups, "state": State.LOST if is_over else State.POSTING, "problem": trouble[:300]}
    RemoteRequest.objects.filter(pk=remote.pk, state=State.POSTING).update(**values)
    words = _("The endpoint broke off while it was sent, so it may have arrived; %(trouble)s.") % {"trouble": trouble}
    return SendingFailed(words, permanent=is_over, unknown=True)


def take_receipt(remote: RemoteRequest, receipt: Receipt) -> None:
    remote.request_id, remote.token, remote.problem = receipt.request_id, receipt.token, ""
    remote.lookups, remote.said_failed = 0, False
    if receipt.request_id:
        remote.state = State.KNOWN
    elif receipt.token:
        remote.state, remote.tries, remote.next_try_at = State.TOKEN, 0, timezone.now() + TOKEN_WAITS[0]
    else:
        remote.state = State.NUMBERLESS
    remote.save()


def _said(remote: RemoteRequest) -> str:
    match remote.state:
        case State.KNOWN:
            return f"service_request_id {remote.request_id}"
        case State.TOKEN:
            return f"token {remote.token}"
    return _("Taken, without a number.")


# -- What is in it ------------------------------------------------------------------------------------------


def service_for(endpoint: Open311Endpoint, report: Report) -> tuple[RemoteService, str]:
    """The service that staff chose for the category, or for its main one, and its attributes; else the endpoint's
    service for all others. Raises `SendingFailed`, also where the chosen one has left the list."""
    category = report.category
    keys = [category.pk, category.parent_id] if category else []
    choices = {
        choice.category_id: choice
        for choice in ServiceChoice.objects.filter(endpoint=endpoint, category__in=filter(None, keys)).select_related(
            "service"
        )
    }
    choice = next((choices[key] for key in keys if key in choices), None)
    service, lines = (choice.service, choice.values) if choice else (endpoint.default_service, "")
    if service is None:
        raise SendingFailed(
            _("No service of the endpoint is chosen for the category “%(category)s”.") % {"category": category},
            permanent=True,
            ours=True,
        )
    if service.gone_at is not None:
        raise SendingFailed(
            _("The service %(service)s has left the endpoint's list; choose another one.") % {"service": service},
            permanent=True,
            ours=True,
        )
    return service, lines


def contents(
    endpoint: Open311Endpoint, service: RemoteService, lines: str, dispatch: Dispatch
) -> tuple[Fields, list[File]]:
    report, assignment = dispatch.event.report, dispatch.assignment
    fields: Fields = [
        ("service_code", service.code),
        ("lat", f"{report.latitude:.6f}"),
        ("long", f"{report.longitude:.6f}"),
        ("description", opening_text(dispatch)),
    ]
    if report.address:
        fields.append(("address_string", report.address))
    if report.show_name and report.reporter_name.strip():
        first, _blank, last = report.reporter_name.strip().partition(" ")
        fields += [("first_name", first), ("last_name", last or first)]
    fields += fill(service, lines, report, title=assignment.title, text=assignment.text)
    photos = shown_photos(report)
    # The address of a private case's photo holds the body's link.
    by_url = photos if report.is_public else []
    match endpoint.photos:
        case Photos.URL:
            fields += [("media_url", photo_url(photo, assignment)) for photo in by_url[:1]]
        case Photos.URLS:
            fields += [("media_url", photo_url(photo, assignment)) for photo in by_url]
        case Photos.MEDIA_PART:
            return fields, [_file("media", photo, report) for photo in photos[:1]]
        case Photos.PHOTO_PARTS:
            parts = enumerate(photos, start=1)
            return fields, [_file(f"photo{number}", photo, report) for number, photo in parts]
    return fields, []


def _file(part: str, photo: Photo, report: Report) -> File:
    with photo.large.open("rb") as file:
        return File(part, f"{report.reference}-{part}.jpg", file.read())


# -- What happens later -------------------------------------------------------------------------------------


def tell_news(client: Client, remote: RemoteRequest, dispatch: Dispatch) -> str:
    """As an update of the request; where the endpoint takes none, by mail to the same body."""
    if client.endpoint.takes_updates and remote.state == State.TOKEN and not dispatch.is_last_attempt:
        raise SendingFailed(_("The endpoint has not given the case its number yet."))
    if client.endpoint.takes_updates and remote.state == State.KNOWN:
        return _post_update(client, remote, dispatch)
    return send_by_mail_instead(dispatch, _("the endpoint takes no updates"))


def _post_update(client: Client, remote: RemoteRequest, dispatch: Dispatch) -> str:
    """With an id of its own that stays the same at each attempt: a receiver knows the second copy by it."""
    is_closing = dispatch.event.kind in CLOSING
    fields = [
        ("service_request_id", remote.request_id),
        ("update_id", f"{settings.MAIL_DOMAIN}-{dispatch.pk}"),
        ("status", "CLOSED" if is_closing else "OPEN"),
        ("updated_datetime", w3c(dispatch.event.created_at)),
        ("description", news_text(dispatch)),
    ]
    try:
        number = client.post_update(fields)
    except OutboundFailed as error:
        if dispatch.may_have_arrived and error.status in (400, 409) and _KNOWN_ALREADY.search(error.reason):
            return _("The endpoint has it already: %(words)s") % {"words": error.reason}
        raise
    return f"update_id {number}" if number else _("Taken, without a number.")


def send_by_mail_instead(dispatch: Dispatch, why: str) -> str:
    contacts = dispatch.assignment.institution.contacts.usable().filter(channel=Contact.Channel.MAIL)
    contact = contacts.order_by("position", "pk").first()
    if contact is None:
        raise SendingFailed(
            _("The body has no mail contact to tell it to, and %(why)s.") % {"why": why},
            permanent=True,
            ours=True,
        )
    until = blocked_until(contact, at_once=dispatch.event.kind == EventKind.LINK_ASKED)
    if until is not None:
        raise NotNow(until)
    mail = compose(dispatch)
    mail.to = [contact.address]
    dispatch.keep_claim()
    answer = send_mail(mail, timeout=contact.timeout)
    words = _("By mail to %(address)s, for %(why)s.") % {"address": contact.address, "why": why}
    return f"{words} {answer}".strip()
