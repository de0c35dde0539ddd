"""Changes to people, most of them their own wishes."""

from typing import Any

from django.contrib.gis.geos import Point
from django.db import transaction

from accounts.models import Person

SMALLEST_ZOOM, LARGEST_ZOOM = 5, 19


@transaction.atomic
def change_profile(person: Person, *, name: str, language: str) -> None:
    """The name is private until a report says `show_name`; the language is that of pages and mails."""
    Person.objects.filter(pk=person.pk).update(name=name, language=language)


@transaction.atomic
def set_default_place(person: Any, point: Point | None, *, zoom: int = 15) -> None:
    """Where maps and the form open (lon/lat); None forgets it."""
    zoom = min(max(zoom, SMALLEST_ZOOM), LARGEST_ZOOM)
    Person.objects.filter(pk=person.pk).update(default_point=point, default_zoom=zoom)


@transaction.atomic
def set_default_filters(person: Any, query: str) -> None:
    """The query of the list that "my filter" leads to; empty forgets it."""
    Person.objects.filter(pk=person.pk).update(default_filters=query)


@transaction.atomic
def set_desk_keys(person: Any, *, is_on: bool) -> None:
    """Whether single keys act at the moderators' desk."""
    Person.objects.filter(pk=person.pk).update(desk_keys=is_on)


@transaction.atomic
def set_mail_limits(person: Any, *, news: bool, none: bool) -> None:
    """`news` off: only questions about one's own reports; `none`: nothing at all, and the desk says so."""
    Person.objects.filter(pk=person.pk).update(mail_news=news, mail_none=none)


def forget_bare_guest(person: Person) -> bool:
    """Delete a guest to whom nothing refers any more: an address alone is no reason to keep an address."""
    if person.has_usable_password() or person.is_staff or person.last_login is not None:
        return False
    for relation in Person._meta.related_objects:
        if relation.related_model._base_manager.filter(**{relation.field.name: person.pk}).exists():
            return False
    person.delete()
    return True
