"""Changes to people."""

from accounts.models import Person


def forget_bare_guest(person: Person) -> bool:
    """Delete a guest to whom nothing refers any more: an address alone is no reason to keep an address."""
    if person.has_usable_password() or person.is_staff or person.last_login is not None:
        return False
    for relation in Person._meta.related_objects:
        if relation.related_model._base_manager.filter(**{relation.field.name: person.pk}).exists():
            return False
    person.delete()
    return True
