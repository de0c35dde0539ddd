"""A report to take along: QR code, picture for social sites, print view and PDF."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import segno
from django.test import Client
from django.utils import translation
from PIL import Image
from pytest_httpserver import HTTPServer
from weasyprint import HTML

from accounts.models import Person
from forwarding.actions import answer_report, say_done, send_report
from municipalities.models import Institution
from reports.actions import update_report
from reports.actions_desk import note_report
from reports.actions_solved import deny_solved
from reports.lifecycle import EventKind
from reports.models import Photo, Report
from reports.paper import card, pdf, sheet
from reports.paper.sketch import place_sketch
from reports.photos import PhotoRejected, read_photo
from tests.conftest import jpeg

pytestmark = pytest.mark.django_db


@pytest.fixture
def pictured(make_report: Callable[..., Report], works: Institution, moderator: Person) -> Report:
    """Published, with two photos, a name and an answer."""
    report = make_report(photos=2, reporter_name="Rita Bejelentő", show_name=True)
    assignment = send_report(report, works, actor=moderator)
    answer_report(assignment, "Jövő héten javítjuk az úthibát.", actor=None)
    return Report.objects.for_list().get(pk=report.pk)


def get(client: Client, report: Report, what: str) -> Any:
    return client.get(f"/reports/{report.reference}{what}", headers={"Accept-Language": "en"})


# -- QR code ------------------------------------------------------------------------------------------------


def test_the_code_leads_to_the_page(client: Client, sent: Report, settings: Any) -> None:
    response = get(client, sent, "/qr.png")
    assert response["Content-Type"] == "image/png"
    image = Image.open(io.BytesIO(response.content)).convert("1")
    expected = segno.make(f"{settings.SITE_URL}/reports/{sent.reference}", error="m", micro=False)
    modules = [[bool(dark) for dark in row] for row in expected.matrix_iter(scale=12, border=4)]
    found = [[not image.getpixel((x, y)) for x in range(image.width)] for y in range(image.height)]
    assert found == modules
    response = get(client, sent, "/qr.svg")
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert get(client, sent, "/qr.gif").status_code == 404


# -- The picture for social sites ---------------------------------------------------------------------------


def test_the_page_names_its_picture(client: Client, pictured: Report, settings: Any) -> None:
    page = get(client, pictured, "").content.decode()
    address = f"{settings.SITE_URL}/reports/{pictured.reference}/card.jpg?v={pictured.version}"
    assert f'<meta property="og:image" content="{address}"' in page
    assert '<meta property="og:image:width" content="1200"' in page
    assert '<meta property="og:image:height" content="630"' in page
    assert 'property="og:image:alt"' in page


def test_the_picture_has_the_size_and_is_light(client: Client, pictured: Report, submitted: Report) -> None:
    for report in (pictured, submitted):  # one without a photo
        picture = card.draw_card(report)
        image = Image.open(io.BytesIO(picture))
        assert (image.size, image.format) == ((1200, 630), "JPEG")
        assert len(picture) < 150_000
    response = get(client, pictured, "/card.jpg")
    assert response["Content-Type"] == "image/jpeg"
    assert response["Cache-Control"] == "no-cache"


def test_it_is_drawn_once_per_version_and_language(
    client: Client, pictured: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []

    def draw(report: Report) -> bytes:
        drawn.append(report.title)
        return b"x"

    monkeypatch.setattr("reports.views.paper.draw_card", draw)
    for _ in range(2):
        assert get(client, pictured, "/card.jpg").content == b"x"
    assert len(drawn) == 1
    client.get(f"/reports/{pictured.reference}/card.jpg", headers={"Accept-Language": "hu"})
    assert len(drawn) == 2
    update_report(pictured, title="Más cím")
    get(client, pictured, "/card.jpg")
    assert drawn[-1] == "Más cím"


@pytest.mark.parametrize("heading", ["", "Árvíztűrő tükörfúrógép ŐŰ", "x" * 150, "szó " * 37, "漢字 🚲\x07", "‮abc"])
def test_any_heading_can_be_drawn(pictured: Report, heading: str) -> None:
    pictured.title = heading
    pictured.__dict__.pop("heading", None)
    assert card.draw_card(pictured)


def test_headings_stay_inside(pictured: Report) -> None:
    draw = card.ImageDraw.Draw(Image.new("RGB", (10, 10)))
    for heading in ("Legeslegmegszentségteleníthetetlenebb " * 6, "x" * 400, "rövid"):
        size, lines = card.heading_lines(draw, heading, 588)
        assert len(lines) <= card.HEADING_LINES
        assert all(draw.textlength(line, font=card.font("DejaVuSerif-Bold", size)) <= 588 for line in lines)


def test_a_lost_photo_is_left_out(client: Client, pictured: Report) -> None:
    for photo in pictured.photos.all():
        Path(photo.medium.path).unlink()
    assert get(client, pictured, "/card.jpg").status_code == 200
    assert get(client, pictured, "/print").status_code == 200


# -- Print view and PDF -------------------------------------------------------------------------------------


def test_the_sheet_has_everything_but_names(client: Client, pictured: Report, moderator: Person) -> None:
    note_report(pictured, "Belső megjegyzés", actor=moderator)
    page = get(client, pictured, "/print").content.decode()
    assert pictured.title in page
    assert pictured.description in page
    assert "Jövő héten javítjuk az úthibát." in page
    assert "47.450000, 19.050000" in page
    assert f"/reports/{pictured.reference}/qr.svg" in page
    assert "<path d=" in page
    assert page.count("/medium.jpg") == 2
    assert "works on it, but has not said by when" in page
    for name in ("Rita", "Belső megjegyzés", "reporter@example.org"):
        assert name not in page
    assert "noindex" in page


def test_the_pdf_opens_in_the_readers_language(client: Client, pictured: Report) -> None:
    response = get(client, pictured, ".pdf")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="jarokelo-{pictured.reference}.pdf"'
    assert response.content.startswith(b"%PDF-")
    assert len(response.content) < 400_000
    with translation.override("hu"):
        html = pdf.render_to_string("reports/pdf.html", {**sheet.sheet_context(pictured), "SITE_NAME": "Járókelő"})
    assert '<html lang="hu">' in html
    assert "Rita" not in html


def test_the_pdf_holds_its_pictures(pictured: Report) -> None:
    shown: list[str] = []

    class Watching(pdf.OursOnly):
        def fetch(self, url: str, headers: Any = None) -> Any:
            shown.append(url)
            return super().fetch(url, headers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "OursOnly", Watching)
        pdf.report_pdf(pictured)
    tokens = {photo.token for photo in pictured.photos.all()}
    assert {url.split("/")[4] for url in shown if "/photos/" in url} == tokens
    assert any(url.endswith("/qr.svg") for url in shown)


def test_the_pdf_fetches_nothing_from_anywhere(httpserver: HTTPServer, caplog: pytest.LogCaptureFixture) -> None:
    httpserver.expect_request("/x.png").respond_with_data(b"secret")
    url = httpserver.url_for("/x.png")
    page = f'<link rel="stylesheet" href="{url}"><img src="{url}"><img src="file:///etc/hostname"><img src="data:,x">'
    result = HTML(string=page, url_fetcher=pdf.OursOnly({}), base_url=f"{pdf.BASE}/").write_pdf()
    assert result.startswith(b"%PDF-")
    assert httpserver.log == []


def test_words_of_citizens_are_text_in_the_pdf(
    make_report: Callable[..., Report], works: Institution, moderator: Person, httpserver: HTTPServer
) -> None:
    url = httpserver.url_for("/x.png")
    report = make_report(title=f'<img src="{url}">', description=f'<img src="{url}"> <script>x</script>')
    send_report(report, works, actor=moderator)
    assert pdf.report_pdf(Report.objects.for_list().get(pk=report.pk)).startswith(b"%PDF-")
    assert httpserver.log == []


def test_a_long_life_has_an_end_on_paper(pictured: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "EVENTS_AT_MOST", 3)
    assignment = pictured.assignments.get()
    for number in range(4):
        answer_report(assignment, f"{number}. válasz " + "x" * 5000, actor=None)
    context = sheet.sheet_context(pictured)
    assert len(context["entries"]) == 3
    assert context["left_out"] == pictured.events.filter(is_public=True).count() - 3
    with translation.override("en"):
        html = pdf.render_to_string("reports/pdf.html", context)
    assert "earlier lines stand on the page of the report." in html
    assert max(map(len, re.findall("x+", html))) <= 3000


def test_citizens_reasons_stay_off_the_sheet(client: Client, pictured: Report, reporter: Person) -> None:
    say_done(pictured.assignments.get(), "Kész.", actor=None)
    deny_solved(pictured, "Szomszéd Béla szerint sem.", actor=reporter)
    assert pictured.events.filter(kind=EventKind.NOT_SOLVED).exists()
    assert "Béla" not in get(client, pictured, "/print").content.decode()


def test_one_visitor_gets_only_so_many(client: Client, sent: Report, settings: Any, client_of: Any) -> None:
    settings.PDF_PER_10_MINUTES = 1
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.views.paper.report_pdf", lambda report: b"%PDF-")
        assert [get(client, sent, ".pdf").status_code for _ in range(2)] == [200, 429]
        assert get(client_of(sent.reporter), sent, ".pdf").status_code == 200


def test_the_place_is_drawn_within_its_area(sent: Report, other_district: Any) -> None:
    sketch = place_sketch(sent)
    assert sketch is not None
    x, y, width, height = (float(value) for value in (sketch.x, sketch.y, sketch.width, sketch.height))
    assert (round(x / width, 2), round(y / height, 2)) == (0.5, 0.5)  # the middle of the square
    assert width < height  # a degree of longitude is the shorter one
    with translation.override("hu"):
        assert "," not in "".join(sketch)
    sent.area = None
    assert place_sketch(sent) is None


def test_the_print_view_costs_the_same(
    client: Client, pictured: Report, django_assert_num_queries: Any, upload: Callable[..., Photo]
) -> None:
    for _ in range(2):
        with django_assert_num_queries(7):
            get(client, pictured, "/print")
        answer_report(pictured.assignments.get(), "Még egy.", actor=None)


def test_pictures_that_are_cut_off_are_still_refused_after_a_pdf(sent: Report) -> None:
    pdf.report_pdf(sent)
    whole = jpeg(size=(640, 480)).getvalue()
    with pytest.raises(PhotoRejected):
        read_photo(io.BytesIO(whole[: len(whole) // 2]))
