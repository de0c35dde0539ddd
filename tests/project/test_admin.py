"""The administration: configuration is editable, the life of reports is only to look at."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from accounts.backends import OUR_APPS
from accounts.models import Person
from forwarding.models import Dispatch, IncomingMail
from municipalities.models import Area, Category, Contact
from notifications.models import Message, Notice
from reports.admin import ReadOnlyAdmin
from reports.models import Assignment, Photo, Report, ReportEvent, Timer

pytestmark = pytest.mark.django_db
Browser = Callable[[Person | None], Client]
READ_ONLY = [Report, Photo, ReportEvent, Assignment, Dispatch, Message, Notice, Timer, IncomingMail]


def url(model: type, page: str, *args: object) -> str:
    meta = model._meta  # type: ignore[attr-defined]
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=args)


def test_every_list_and_form_opens_for_an_employee(
    client_of: Browser, employee: Person, assignment: Assignment
) -> None:
    browser = client_of(employee)
    for model in admin.site._registry:
        if model._meta.app_label not in OUR_APPS - {"account"}:  # second factors and sessions are a superuser's
            continue
        assert browser.get(url(model, "changelist")).status_code == 200, model
        row = model._default_manager.first()
        if row is not None:
            assert browser.get(url(model, "change", row.pk)).status_code == 200, model
        if not isinstance(admin.site._registry[model], ReadOnlyAdmin):
            assert browser.get(url(model, "add")).status_code == 200, model


def test_life_of_reports_is_read_only_with_a_link_to_the_desk(
    client_of: Browser, employee: Person, assignment: Assignment
) -> None:
    browser = client_of(employee)
    report = assignment.report
    assert reverse("desk_case", args=[report.reference]) in browser.get(url(Report, "changelist")).content.decode()
    for row in (report, assignment, report.events.first(), Dispatch.objects.get()):
        assert row is not None
        page = browser.get(url(type(row), "change", row.pk)).content.decode()
        assert reverse("desk_case", args=[report.reference]) in page
        assert 'name="_save"' not in page
        assert browser.post(url(type(row), "change", row.pk), {"status": "solved"}).status_code == 403
        assert browser.post(url(type(row), "delete", row.pk), {"post": "yes"}).status_code == 403


def test_area_map_carries_the_nonce(client_of: Browser, employee: Person, district: Area) -> None:
    response = client_of(employee).get(url(Area, "change", district.pk))
    policy = response["Content-Security-Policy"]
    nonce = policy.split("'nonce-")[1].split("'")[0]
    assert f'<script nonce="{nonce}">' in response.content.decode()
    assert "unsafe-inline" not in policy


def test_category_texts_per_language(client_of: Browser, employee: Person, potholes: Category) -> None:
    form = {"slug": "lamp", "icon": "lamp", "colour": "#aa7700", "position": "1", "is_active": "on"}
    names = {"names_hu": "Lámpa", "names_en": "Lamp", "descriptions_hu": "", "descriptions_en": ""}
    browser = client_of(employee)
    assert browser.post(url(Category, "add"), {**form, **names, "names_hu": ""}).status_code == 200
    assert browser.post(url(Category, "add"), {**form, **names}).status_code == 302
    assert Category.objects.get(slug="lamp").names == {"hu": "Lámpa", "en": "Lamp"}
    three = {**form, **names, "slug": "bulb", "parent": Category.objects.get(slug="lamp").pk}
    browser.post(url(Category, "add"), three)
    deep = {**three, "slug": "wire", "parent": Category.objects.get(slug="bulb").pk}
    assert browser.post(url(Category, "add"), deep).context["adminform"].form.errors["parent"]
    assert not Category.objects.filter(slug="wire").exists()


def test_employee_cannot_make_employees_or_touch_a_superuser(client_of: Browser, employee: Person) -> None:
    boss = Person.objects.create_superuser("boss@example.org", "pw")
    browser = client_of(employee)
    page = browser.get(url(Person, "change", employee.pk)).content.decode()
    assert 'name="is_staff"' not in page
    assert browser.post(url(Person, "change", boss.pk), {"email": "x@example.org"}).status_code == 403
    assert browser.get(reverse("admin:auth_user_password_change", args=[boss.pk])).status_code == 403
    assert browser.post(url(Person, "delete", employee.pk), {"post": "yes"}).status_code == 403


def test_others_stay_outside(client_of: Browser, moderator: Person, officer: Person, reporter: Person) -> None:
    for person in (moderator, officer, reporter, None):
        assert client_of(person).get(url(Contact, "changelist")).status_code == 302


def test_keywords_are_typed_one_on_a_line(client_of: Browser, employee: Person, potholes: Category) -> None:
    browser, address = client_of(employee), url(Category, "change", potholes.pk)
    Category.objects.filter(pk=potholes.pk).update(keywords={"hu": ["kátyú", "gödör"]})
    assert "kátyú\ngödör" in browser.get(address).content.decode()

    form = {
        "slug": "pothole", "names_hu": "Kátyú", "names_en": "Pothole", "icon": "construction", "colour": "#5b6b62",
        "is_active": "on", "position": "0", "keywords_hu": " kátyú \r\n\r\nlyuk az úton", "keywords_en": "",
    }  # fmt: skip
    answer = browser.post(address, form)
    assert answer.status_code == 302, answer.context["adminform"].form.errors

    potholes.refresh_from_db()
    assert potholes.keywords == {"hu": ["kátyú", "lyuk az úton"]}
    assert browser.post(address, form | {"keywords_hu": ""}).status_code == 302
    potholes.refresh_from_db()
    assert potholes.keywords == {}
