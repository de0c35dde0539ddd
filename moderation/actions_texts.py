"""Saved texts are written, changed, put away and brought back here, with a line in the history of the desk."""

from django.db import transaction

from accounts.models import Person
from moderation.deeds import note_deed
from moderation.models import Deed, SavedText
from moderation.saved_texts import overlapping


@transaction.atomic
def keep_text(text: SavedText, *, actor: Person) -> SavedText:
    """A new one, or one that was changed."""
    kind = Deed.Kind.CHANGE_TEXT if text.pk else Deed.Kind.NEW_TEXT
    text.written_by = actor
    text.save()
    note_deed(kind, actor=actor, name=text.name)
    return text


@transaction.atomic
def put_text_away(text: SavedText, *, actor: Person) -> None:
    """Not offered any more, nor lost: `bring_text_back`. Nothing where it was put away before."""
    if _locked(text).is_active:
        _offer(text, False, Deed.Kind.PUT_TEXT_AWAY, actor)


@transaction.atomic
def bring_text_back(text: SavedText, *, actor: Person) -> SavedText | None:
    """Gives the automatic text that took its place meanwhile; then it stays where it is."""
    row = _locked(text)
    if row.is_active:
        return None
    row.is_active = True
    other = overlapping(row)
    if other is None:
        _offer(text, True, Deed.Kind.BRING_TEXT_BACK, actor)
    return other


def _locked(text: SavedText) -> SavedText:
    return SavedText.objects.select_for_update(of=("self",)).get(pk=text.pk)


def _offer(text: SavedText, is_active: bool, kind: Deed.Kind, actor: Person) -> None:
    text.is_active = is_active
    text.save(update_fields=["is_active", "changed_at"])
    note_deed(kind, actor=actor, name=text.name)
