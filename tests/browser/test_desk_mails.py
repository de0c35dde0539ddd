"""A mail at the desk in a real browser: its proposed step, its files, why it waits; published with one press."""

from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, expect

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.incoming import store_mail
from forwarding.reply_address import reply_address
from municipalities.models import Institution
from reports.models import Report
from tests.conftest import jpeg
from tests.forwarding.letters import answer

from .test_desk_letters import look

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("screen", ["phone", "desktop"])
def test_a_mail_is_read_and_published_with_its_files(
    screen: str,
    site: str,
    open_context: Callable[..., BrowserContext],
    signed_in: Callable[[BrowserContext, Person], None],
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
) -> None:
    assignment = send_report(make_report(), works, actor=moderator)
    files = (
        ("helyszín.jpg", "image/jpeg", jpeg().getvalue()),
        ("terv.pdf", "application/pdf", b"%PDF-1.4 x"),
        ("lap.html", "text/html", b"<p>x</p>"),
    )
    words = "Tisztelt Járókelő!\n\nA javítást 2099. december 24-ig elvégezzük.\n\nÜdvözlettel\nKiss Éva\nTel: 1234567"
    mail = store_mail(answer(reply_address(assignment.pk), words, files=files))
    context = open_context(screen)
    signed_in(context, moderator)
    page = context.new_page()
    page.goto(reverse("desk_mail", args=[mail.pk]))
    expect(page.locator("input[name=outcome][value=promise]")).to_be_checked()
    expect(page.locator("#id_promised_on")).to_have_value("2099-12-24")
    assert "Kiss Éva" not in page.locator("#id_text").input_value()
    found = look(page, f"mail-{screen}")
    page.get_by_label("helyszín.jpg").check()
    page.locator("button[value=publish]").click()
    page.goto(reverse("desk_mails"))
    expect(page.locator("main")).to_contain_text(works.name)
    found += look(page, f"mails-{screen}")
    assert not found, "\n".join(found)
    event = assignment.events.get(kind="promised")
    assert event.photos.count() == 1
    assert not event.attachments.exists()
