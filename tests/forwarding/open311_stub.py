"""An Open311 GeoReport v2 server of our own: true to the specification, and odd in the ways that were seen in the wild.

    with Open311Stub().running() as stub:
        Contact.objects.create(institution=works, channel="open311", address=stub.url)
        ...
        stub.say("1", "in_progress", "We are on it.")

It speaks real HTTP on 127.0.0.1, keeps what it was sent, and injects the faults of `tests.forwarding.faulty`. What was
accepted is in `requests`, one for each POST that was done: two of one report are a double.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.sax.saxutils import escape

from tests.forwarding.faulty import FaultyServer, Reply, Taken

SERVICES: list[dict[str, Any]] = [
    {
        "service_code": "001",
        "service_name": "Pothole",
        "description": "Holes in the road",
        "metadata": "true",
        "type": "realtime",
        "keywords": "road, hole",
        "group": "Roads",
    },
    {
        "service_code": "002",
        "service_name": "Lamp",
        "description": "Street lights",
        "metadata": "false",
        "type": "batch",
        "keywords": "",
        "group": "Lights",
    },
    {
        "service_code": "B3",
        "service_name": "Praise",
        "description": "Anything else",
        "metadata": "false",
        "type": "blackbox",
        "keywords": "",
        "group": "Other",
    },
]
DEFINITIONS: dict[str, list[dict[str, Any]]] = {
    "001": [
        {
            "variable": "true",
            "code": "DEPTH",
            "datatype": "singlevaluelist",
            "required": "false",
            "datatype_description": None,
            "order": "2",
            "description": "How deep?",
            "values": [{"key": "d1", "name": "Shallow"}, {"key": "d2", "name": "Deep"}],
        },
        {
            "variable": "false",
            "code": "NOTICE",
            "datatype": "string",
            "required": "true",
            "datatype_description": None,
            "order": "1",
            "description": "Thank you for telling us.",
            "values": [],
        },
    ]
}
_XML_NAMES = {"attributes": "attribute", "values": "value"}


@dataclass
class Accepted:
    """A request that was done."""

    number: str
    token: str
    fields: list[tuple[str, str]]
    files: dict[str, bytes]
    made_at: datetime
    status: str = "open"
    notes: str = ""
    changed_at: datetime | None = None
    expected_at: datetime | None = None
    asked_for_token: int = 0

    def one(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")


@dataclass
class Refused(Exception):
    status: int
    description: str


@dataclass
class Oddities:
    """Each seen in the wild (`open311.md`, [W] and [?])."""

    created_status: int = 200
    content_type: str = ""  # in place of the right one
    encode: Callable[[str], bytes] = lambda text: text.encode()
    declares: str = "utf-8"
    wraps_json: bool = False
    numbers_in_json: bool = False
    shows_descriptions: bool = True
    takes_id_lists: bool = True
    lists_requests: bool = True
    token_after: int = 1  # asks until a token has its number; 0: never
    repeats_update_ids: bool = True  # takes the same update_id twice


class Open311Stub(FaultyServer):
    def __init__(self, host: str = "127.0.0.1", *, api_key: str = "key-1", jurisdiction: str = "") -> None:
        super().__init__(host)
        self.api_key, self.jurisdiction = api_key, jurisdiction
        self.services = [dict(one) for one in SERVICES]
        self.definitions = dict(DEFINITIONS)
        self.requests: list[Accepted] = []
        self.updates: list[dict[str, Any]] = []
        self.told: list[dict[str, str]] = []  # updates that were posted to it
        self.clock_is_off = timedelta(0)
        self.odd = Oddities()

    # -- What the other side does ---------------------------------------------------------------------------

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_is_off

    def say(self, number: str, status: str, text: str = "", **fields: Any) -> dict[str, Any]:
        """An update of a request; any field can be given anew, and None takes it away."""
        update = {
            "update_id": str(len(self.updates) + 1),
            "service_request_id": number,
            "status": status,
            "updated_datetime": w3c(self.now()),
            "description": text,
            **fields,
        }
        self.updates.append({name: value for name, value in update.items() if value is not None})
        return self.updates[-1]

    def set_status(self, number: str, status: str, notes: str = "", *, expected_at: datetime | None = None) -> None:
        for request in self.requests:
            if request.number == number:
                request.status, request.notes, request.changed_at = status, notes, self.now()
                request.expected_at = expected_at

    def texts(self) -> list[str]:
        return [request.one("description") for request in self.requests]

    # -- HTTP -----------------------------------------------------------------------------------------------

    def answer(self, taken: Taken) -> Reply:
        path, _dot, suffix = taken.path.strip("/").rpartition(".")
        if suffix not in ("xml", "json"):
            return Reply(404, b"not here")
        try:
            fields, files = _form(taken) if taken.method == "POST" else (parse_qsl(taken.query), {})
            self._check_jurisdiction(dict(fields))
            status, name, rows, is_bare = self._act(taken.method, path.split("/"), fields, files)
        except Refused as refused:
            status, name, is_bare = refused.status, "errors/error", False
            rows = [{"code": str(refused.status), "description": refused.description}]
        return self._reply(suffix, status, name, rows, is_bare)

    def _reply(self, suffix: str, status: int, name: str, rows: list[dict[str, Any]], is_bare: bool) -> Reply:
        if suffix == "json":
            data: Any = _numbers(rows) if self.odd.numbers_in_json else rows
            data = data[0] if is_bare else data
            text = json.dumps({name.split("/")[0]: data} if self.odd.wraps_json else data, ensure_ascii=False)
            kind = "application/json; charset=utf-8"
        else:
            outer, _slash, inner = name.partition("/")
            inside = "".join(_xml(inner or outer, row) for row in rows)
            body = inside if is_bare else f"<{outer}>{inside}</{outer}>"
            text = f'<?xml version="1.0" encoding="{self.odd.declares}"?>\n{body}'
            kind = "text/xml; charset=utf-8"
        return Reply(status, self.odd.encode(text), self.odd.content_type or kind)

    def _check_jurisdiction(self, fields: dict[str, str]) -> None:
        if self.jurisdiction and not fields.get("jurisdiction_id"):
            raise Refused(400, "jurisdiction_id is missing")
        if self.jurisdiction and fields["jurisdiction_id"] != self.jurisdiction:
            raise Refused(404, "jurisdiction_id is unknown")

    def _act(
        self, method: str, path: list[str], fields: list[tuple[str, str]], files: dict[str, bytes]
    ) -> tuple[int, str, list[dict[str, Any]], bool]:
        one = dict(fields)
        match method, *path:
            case "GET", "services":
                return 200, "services/service", self.services, False
            case "GET", "services", code:
                return 200, "service_definition", [self._definition(unquote(code))], True
            case "POST", "requests":
                made = self._take(fields, files)
                return self.odd.created_status, "service_requests/request", [made], False
            case "GET", "requests":
                return 200, "service_requests/request", self._found(one), False
            case "GET", "requests", number:
                rows = [self._row(r) for r in self.requests if r.number and r.number == unquote(number)]
                if not rows:
                    raise Refused(404, "service_request_id is unknown")
                return 200, "service_requests/request", rows, False
            case "GET", "tokens", token:
                return 200, "service_requests/request", [self._token(unquote(token))], False
            case "GET", "servicerequestupdates":
                start, end = moment(one.get("start_date", "")), moment(one.get("end_date", ""))
                return 200, "service_request_updates/request_update", self._updates(start, end), False
            case "POST", "servicerequestupdates":
                return 200, "service_request_updates/request_update", [self._told(one)], False
        raise Refused(404, "there is no such method")

    def _definition(self, code: str) -> dict[str, Any]:
        if code not in {one["service_code"] for one in self.services}:
            raise Refused(404, "service_code is unknown")
        return {"service_code": code, "attributes": self.definitions.get(code, [])}

    def _take(self, fields: list[tuple[str, str]], files: dict[str, bytes]) -> dict[str, Any]:
        one = dict(fields)
        if one.get("api_key") != self.api_key:
            raise Refused(403, "api_key is missing or wrong")
        service = next((s for s in self.services if s["service_code"] == one.get("service_code")), None)
        if service is None:
            raise Refused(404 if one.get("service_code") else 400, "service_code is missing or unknown")
        if not (one.get("lat") and one.get("long")) and not one.get("address_string"):
            raise Refused(400, "a location is missing")
        if len(one.get("description", "")) > 4000:
            raise Refused(400, "description is too long")
        for attribute in self.definitions.get(service["service_code"], []):
            code = attribute["code"]
            is_given = any(name in (f"attribute[{code}]", f"attribute[{code}][]") and value for name, value in fields)
            if attribute["required"] == attribute["variable"] == "true" and not is_given:
                raise Refused(400, f"{code} required")
        number = str(len(self.requests) + 1)
        kind = service["type"]
        token = f"t-{number}" if kind == "batch" else ""
        accepted = Accepted("" if kind == "batch" else number, token, fields, files, self.now())
        self.requests.append(accepted)
        notice = {"service_notice": "We look at it within five days.", "account_id": None}
        match kind:
            case "batch":
                return {"token": token, **notice}
            case "blackbox":
                return notice
        return {"service_request_id": number, **notice}

    def _token(self, token: str) -> dict[str, Any]:
        request = next((r for r in self.requests if r.token == token), None)
        if request is None:
            raise Refused(404, "token is unknown")
        request.asked_for_token += 1
        if self.odd.token_after and request.asked_for_token >= self.odd.token_after:
            request.number = str(self.requests.index(request) + 1)
        return {"service_request_id": request.number or None, "token": token}

    def _found(self, one: dict[str, str]) -> list[dict[str, Any]]:
        if not self.odd.lists_requests:
            raise Refused(404, "there is no such method")
        if ids := one.get("service_request_id"):
            wanted = ids.split(",") if self.odd.takes_id_lists else [ids]
            return [self._row(r) for r in self.requests if r.number in wanted]
        start, end = moment(one.get("start_date", "")), moment(one.get("end_date", ""))
        if start and end and end - start > timedelta(days=90):
            raise Refused(400, "more than 90 days")
        codes = [code for code in one.get("service_code", "").split(",") if code]
        found = [
            r
            for r in self.requests
            if r.number
            and (not codes or r.one("service_code") in codes)
            and (start is None or r.made_at >= start)
            and (end is None or r.made_at <= end)
        ]
        return [self._row(r) for r in reversed(found)]

    def _row(self, request: Accepted) -> dict[str, Any]:
        row: dict[str, Any] = {
            "service_request_id": request.number,
            "status": request.status,
            "status_notes": request.notes or None,
            "service_code": request.one("service_code"),
            "description": request.one("description") if self.odd.shows_descriptions else None,
            "requested_datetime": w3c(request.made_at),
            "updated_datetime": w3c(request.changed_at or request.made_at),
            "address": request.one("address_string"),
            "lat": request.one("lat"),
            "long": request.one("long"),
            "media_url": request.one("media_url") or None,
        }
        return row | ({"expected_datetime": w3c(request.expected_at)} if request.expected_at else {})

    def _updates(self, start: datetime | None, end: datetime | None) -> list[dict[str, Any]]:
        if start is None or end is None:
            raise Refused(400, "start_date and end_date belong together")
        # What cannot be read, and what has no date, is shown to everybody, as such servers do.
        read = [(update, moment(update.get("updated_datetime", ""))) for update in self.updates]
        return [update for update, at in read if at is None or start <= at <= end or update.get("always")]

    def _told(self, one: dict[str, str]) -> dict[str, Any]:
        if one.get("api_key") != self.api_key:
            raise Refused(403, "api_key is missing or wrong")
        for name in ("service_request_id", "update_id", "updated_datetime", "status", "description"):
            if not one.get(name):
                raise Refused(400, f"{name} is missing")
        if one["service_request_id"] not in {r.number for r in self.requests}:
            raise Refused(400, "service_request_id is unknown")
        if not self.odd.repeats_update_ids and one["update_id"] in {told["update_id"] for told in self.told}:
            raise Refused(400, "update_id is there already")
        self.told.append(one)
        return {"update_id": str(len(self.told))}


def w3c(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def moment(words: str) -> datetime | None:
    try:
        return datetime.fromisoformat(words)
    except ValueError:
        return None


def _form(taken: Taken) -> tuple[list[tuple[str, str]], dict[str, bytes]]:
    kind = taken.headers.get("content-type", "")
    if not kind.startswith("multipart/form-data"):
        return parse_qsl(taken.body.decode(), keep_blank_values=True), {}
    mail = message_from_bytes(f"Content-Type: {kind}\n\n".encode() + taken.body)
    fields, files = [], {}
    for part in mail.walk():
        if part.is_multipart():
            continue
        name, content = str(part.get_param("name", header="content-disposition")), part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue
        if part.get_filename():
            files[name] = content
        else:
            fields.append((name, content.decode()))
    return fields, files


def _xml(name: str, value: Any) -> str:
    if value is None or value == "":
        return f"<{name} />"
    if isinstance(value, dict):
        return f"<{name}>{''.join(_xml(key, inner) for key, inner in value.items())}</{name}>"
    if isinstance(value, list):
        if name in _XML_NAMES:
            return f"<{name}>{''.join(_xml(_XML_NAMES[name], one) for one in value)}</{name}>"
        return "".join(_xml(name, one) for one in value)
    return f"<{name}>{escape(str(value))}</{name}>"


def _numbers(value: Any) -> Any:
    """Ids and codes as JSON numbers, as servers send them that take them for such; "true" as true."""
    if isinstance(value, dict):
        return {name: _numbers(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_numbers(one) for one in value]
    if value in ("true", "false"):
        return value == "true"
    return int(value) if isinstance(value, str) and value.isdecimal() and not value.startswith("0") else value
