"""Saved texts are written, changed and deleted here, with a line in the history of the desk."""

from django.db import transaction

from accounts.models import Person
from moderation.deeds import note_deed
from moderation.models import Deed, SavedText


@transaction.atomic
def keep_text(text: SavedText, *, actor: Person) -> SavedText:
    """A new one, or one that was changed."""
    kind = Deed.Kind.CHANGE_TEXT if text.pk else Deed.Kind.NEW_TEXT
    text.written_by = actor
    text.save()
    note_deed(kind, actor=actor, name=text.name)
    return text


@transaction.atomic
def delete_text(text: SavedText, *, actor: Person) -> None:
    note_deed(Deed.Kind.DELETE_TEXT, actor=actor, name=text.name)
    text.delete()
