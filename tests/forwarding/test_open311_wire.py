"""Answers as they were seen, and as nobody should send them."""

from datetime import UTC, datetime
from typing import Any

import pytest

from forwarding.open311.wire import OddAnswer, decoded, errors_in, moment_of, read_rows, rows_of, text_of, texts_of
from forwarding.outward.http import Answer

BOMB = b'<!DOCTYPE b [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><services><service>&b;</service></services>'


def answer(body: bytes | str, kind: str = "", status: int = 200) -> Answer:
    return Answer(status, body.encode() if isinstance(body, str) else body, {"content-type": kind})


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('[{"service_code":001,"service_name":"x"}]', "001"),  # the specification's own sample
        ('[{"service_code":1,"service_name":"x"}]', "1"),
        ('[{"service_code":"006"}]', "006"),
        ('[{"SERVICE_CODE":" 006 "}]', "006"),
        ('{"services":[{"service_code":"006"}]}', "006"),
        ('{"services":{"service":[{"service_code":"006"}]}}', "006"),
        ('{"services":{"service":{"service_code":"006"}}}', "006"),
        ('[{"service":{"service_code":"006"}}]', "006"),
        ("<services><service><service_code>006</service_code></service></services>", "006"),
        ('<services xmlns="http://x"><service><service_code>006</service_code></service></services>', "006"),
        ('<o:services xmlns:o="x"><o:service><o:service_code>006</o:service_code></o:service></o:services>', "006"),
        (
            "\ufeff<?xml version='1.0'?><services><service><service_code>\n006\n</service_code></service></services>",
            "006",
        ),
        ("<services><service><service_code>0\x0006\x0b</service_code></service></services>", "006"),
        ("<service><service_code>006</service_code></service>", "006"),
    ],
)
def test_one_row_in_every_writing(body: str, code: str) -> None:
    [row] = read_rows(answer(body), row="service")
    assert text_of(row, "service_code") == code


@pytest.mark.parametrize("body", ["[]", "{}", "null", "<services/>", "<services></services>", '{"services":[]}', "[1]"])
def test_nothing_is_an_empty_list(body: str) -> None:
    assert read_rows(answer(body), row="service") == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<html><p>Hi</p></html>",
        b"<!DOCTYPE html><p>",
        b"<a><b></a>",
        b"[{",
        b"<",
        BOMB,
        b"\x80\x81",
        b"[" * 9000,
    ],
)
def test_what_is_no_open311_is_said_to_be_odd(body: bytes) -> None:
    with pytest.raises(OddAnswer) as odd:
        read_rows(answer(body, "text/xml"), row="service")
    assert odd.value.reason


def test_a_definition_is_read_in_both_ways() -> None:
    xml = (
        "<service_definition><service_code>1</service_code><attributes><attribute><code>A</code>"
        "<values><value><key>k</key><name>n</name></value></values></attribute></attributes></service_definition>"
    )
    json = '{"service_code":"1","attributes":[{"code":"A","values":[{"key":"k","name":"n"}]}]}'
    wrapped = (
        '{"service_definition":{"service_code":"1","attributes":{"attribute":{"code":"A","values":[{"key":"k"}]}}}}'
    )
    for body in (xml, json, wrapped):
        [definition] = read_rows(answer(body), row="service_definition")
        [attribute] = rows_of(definition, "attributes")
        assert text_of(attribute, "code") == "A"
        assert [text_of(value, "key") for value in rows_of(attribute, "values")] == ["k"]


def test_several_pictures() -> None:
    body = "<u><request_update><media_url>a</media_url><media_url>b</media_url></request_update></u>"
    [row] = read_rows(answer(body), row="request_update")
    assert texts_of(row, "media_url") == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('[{"code":403,"description":"No key"}]', "403 No key"),
        ('[{"code":"400","description":"A"},{"code":"400","description":"B"}]', "400 A; 400 B"),
        ('{"errors":[{"code":400,"description":"A"}]}', "400 A"),
        ("<errors><error><code>400</code><description>A</description></error></errors>", "400 A"),
        ("<html><head><style>p{}</style></head><body><h1>Bad</h1>\n<p>Gateway</p></body></html>", "Bad Gateway"),
        ("plain words", "plain words"),
        ("", ""),
    ],
)
def test_errors_are_said_in_words(body: str, said: str) -> None:
    assert errors_in(answer(body, status=400)) == said


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("őű".encode(), "text/xml; charset=utf-8"),
        ("őű".encode(), "text/xml; charset=nonsense"),
        ("őű".encode("iso-8859-2"), 'text/xml; charset="ISO-8859-2"'),
        ("őű".encode("cp1250"), "text/xml"),
        ("őű".encode("utf-16"), ""),
        ("őű".encode("utf-8-sig"), "text/plain; charset=latin1"),
    ],
)
def test_letters_come_as_they_were_meant(body: bytes, kind: str) -> None:
    assert decoded(answer(body, kind)) == "őű"


NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("2026-11-29T12:00:00Z", NOON),
        ("2026-11-29T13:00:00+01:00", NOON),
        ("2026-11-29T12:00:00.000Z", NOON),
        ("2026-11-29 12:00:00 UTC", NOON),
        ("2026-11-29T13:00:00", NOON),  # no zone: the site's
        ("2026-11-29 13:00", NOON),
        ("2026-13-29T12:00:00Z", None),
        ("yesterday", None),
        ("", None),
        ("0001-01-01T00:00:00+14:00", None),
    ],
)
def test_times_as_servers_write_them(words: str, moment: Any) -> None:
    assert moment_of({"at": words}, "at") == moment
