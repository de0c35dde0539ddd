"""The public profile: one's own to switch on, and gone at once when it is switched off."""

from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from accounts.models import Person

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
TRIES = 5


def change_profile(person: Person, *, name: str, is_public: bool, is_findable: bool, in_lists: bool) -> Person:
    """What the person chose. The address follows the name, so that a name once given up can be found no more."""
    changes = {
        "profile_name": name,
        "profile_public": is_public and bool(name),
        "profile_findable": is_findable,
        "in_lists": in_lists,
    }
    for attempt in range(TRIES):
        try:
            with transaction.atomic():
                fresh = Person.objects.select_for_update().get(pk=person.pk)
                if name != fresh.profile_name or not fresh.profile_slug:
                    changes["profile_slug"] = new_slug(name, taken=attempt > 0) if name else ""
                for field, value in changes.items():
                    setattr(fresh, field, value)
                fresh.save(update_fields=changes)
            return fresh
        except IntegrityError:  # somebody else has this address
            if attempt == TRIES - 1:
                raise
    return person


def new_slug(name: str, *, taken: bool) -> str:
    """ "rita-b", or with some letters behind where that is taken, or where nothing is left of the name."""
    plain = slugify(name)[:60].strip("-")
    return plain if plain and not taken else f"{plain}-{get_random_string(6, LETTERS)}".lstrip("-")


def join_lists(person: Person, joins: bool) -> None:
    """Into the lists of people who helped, or out of them."""
    Person.objects.filter(pk=person.pk).update(in_lists=joins)
