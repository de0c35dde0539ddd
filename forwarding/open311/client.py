"""The calls of GeoReport v2 to one endpoint. Raises `OutboundFailed` (`forwarding.outward.guard`) and `OddAnswer`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode

from django.utils import timezone
from urllib3 import encode_multipart_formdata

from forwarding.open311.wire import OddAnswer, Row, errors_in, is_error, read_rows, text_of
from forwarding.outward.guard import OutboundFailed
from forwarding.outward.http import Answer, fetch
from forwarding.outward.models import Open311Endpoint

PASSING = (408, 425, 429)  # 4xx that say "later"
MOVED = (301, 307, 308)  # a redirect that has done nothing yet
Fields = list[tuple[str, str]]


@dataclass(frozen=True)
class File:
    part: str
    name: str
    content: bytes
    kind: str = "image/jpeg"


@dataclass(frozen=True)
class Receipt:
    """What a POST of a request gave: a number, a token, or (`blackbox`) neither."""

    request_id: str = ""
    token: str = ""
    notice: str = ""


class Client:
    def __init__(self, endpoint: Open311Endpoint, address: str = "") -> None:
        # The contact's own patience, where staff have said one.
        self.pause = endpoint.contact.timeout_seconds
        self.endpoint, self.base = endpoint, (address or endpoint.contact.address).strip().rstrip("/")
        # How far the other side's clock is ahead of ours, by the last answer that told.
        self.skew = timedelta(0)

    # -- Reading ----------------------------------------------------------------------------------------------

    def services(self) -> list[Row]:
        return self._get("services", row="service")

    def definition(self, code: str) -> Row:
        rows = self._get(f"services/{quote(code, safe='')}", row="service_definition")
        if not rows:
            raise OddAnswer("The definition came empty.")
        return rows[0]

    def token(self, token: str) -> Row | None:
        return next(iter(self._get(f"tokens/{quote(token, safe='')}", row="request")), None)

    def request(self, request_id: str) -> Row | None:
        return next(iter(self._get(f"requests/{quote(request_id, safe='')}", row="request")), None)

    def requests_by_id(self, ids: Sequence[str]) -> list[Row]:
        return self._get("requests", row="request", service_request_id=",".join(ids))

    def requests_between(self, start: datetime, end: datetime, service_code: str) -> list[Row]:
        window = {"start_date": w3c(start), "end_date": w3c(end)}
        return self._get("requests", row="request", service_code=service_code, **window)

    def updates(self, start: datetime, end: datetime) -> list[Row]:
        """Of mySociety's extension; some servers want the key for it."""
        window = {"start_date": w3c(start), "end_date": w3c(end)}
        return self._get("servicerequestupdates", row="request_update", api_key=self.endpoint.api_key, **window)

    # -- Writing ----------------------------------------------------------------------------------------------

    def post_request(self, fields: Fields, files: Sequence[File] = (), *, expects_number: bool = True) -> Receipt:
        """`unknown` where it may have been taken though no number came back."""
        answer = self._post("requests", fields, files)
        try:
            rows = read_rows(answer, row="request")
        except OddAnswer as odd:
            if not expects_number:
                return Receipt()
            raise OddAnswer(odd.reason, unknown=True, status=answer.status) from odd
        row = next((one for one in rows if text_of(one, "service_request_id", "token")), {})
        if not row and any(map(is_error, rows)):
            raise OutboundFailed(self._said(answer), permanent=True, status=answer.status)
        receipt = Receipt(
            text_of(row, "service_request_id")[:200],
            text_of(row, "token")[:300],
            text_of(row or next(iter(rows), {}), "service_notice")[:300],
        )
        if expects_number and not (receipt.request_id or receipt.token):
            raise OddAnswer("It said yes, but gave neither a number nor a token.", unknown=True, status=answer.status)
        return receipt

    def post_update(self, fields: Fields) -> str:
        """The other side's number of it, where it gives one."""
        answer = self._post("servicerequestupdates", fields)
        try:
            rows = read_rows(answer, row="request_update")
        except OddAnswer:
            return ""
        if rows and all(map(is_error, rows)):
            raise OutboundFailed(self._said(answer), permanent=True, status=answer.status)
        return next((text_of(row, "update_id") for row in rows), "")

    # -- Over the line ----------------------------------------------------------------------------------------

    def _url(self, path: str) -> str:
        return f"{self.base}/{path}.{self.endpoint.format}"

    def _common(self) -> Fields:
        """What every call of an endpoint with several cities needs."""
        return [("jurisdiction_id", self.endpoint.jurisdiction_id)] if self.endpoint.jurisdiction_id else []

    def _get(self, path: str, *, row: str, **parameters: str) -> list[Row]:
        query = urlencode([*self._common(), *((name, value) for name, value in parameters.items() if value)])
        answer = fetch("GET", f"{self._url(path)}?{query}" if query else self._url(path), pause=self.pause)
        self._note_clock(answer)
        if not answer.is_good:
            raise self._refusal(answer)
        rows = read_rows(answer, row=row)
        if rows and all(map(is_error, rows)):
            raise OutboundFailed(self._said(answer), permanent=True, status=answer.status)
        return rows

    def _post(self, path: str, fields: Fields, files: Sequence[File] = ()) -> Answer:
        api_key = [("api_key", self.endpoint.api_key)] if self.endpoint.api_key else []
        everything = [*api_key, *self._common(), *fields]
        if files:
            parts = [(file.part, (file.name, file.content, file.kind)) for file in files]
            body, kind = encode_multipart_formdata([*everything, *parts])
        else:
            body, kind = urlencode(everything).encode(), "application/x-www-form-urlencoded; charset=utf-8"
        answer = fetch("POST", self._url(path), body=body, headers={"Content-Type": kind}, pause=self.pause)
        self._note_clock(answer)
        if not answer.is_good:
            raise self._refusal(answer)
        return answer

    def _note_clock(self, answer: Answer) -> None:
        try:
            said = parsedate_to_datetime(answer.headers.get("date", ""))
        except (TypeError, ValueError, IndexError):
            return
        self.skew = (said if said.tzinfo else said.replace(tzinfo=UTC)) - timezone.now()

    def _said(self, answer: Answer) -> str:
        """Its errors; a page that repeats what was sent does not get our key into the ledger."""
        words = f"{answer.status} {errors_in(answer)}".strip()
        return words.replace(self.endpoint.api_key, "…") if self.endpoint.api_key else words

    def _refusal(self, answer: Answer) -> OutboundFailed:
        """A 4xx is a no; a 503 means "not now"; any other 5xx may have happened after the work was done."""
        status = answer.status
        if 300 <= status < 400:
            return OutboundFailed(
                f"{status}: it leads elsewhere; the contact's address should be that one.",
                permanent=status in MOVED,
                unknown=status not in MOVED,
                status=status,
            )
        if status < 500:
            return OutboundFailed(self._said(answer), permanent=status not in PASSING, status=status)
        return OutboundFailed(self._said(answer), unknown=status != 503, status=status)


def w3c(moment: datetime) -> str:
    """As the strictest servers want it: seconds, no fraction, a zone."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
