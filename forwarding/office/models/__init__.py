from forwarding.office.models.digest import OfficeDigest
from forwarding.office.models.saved_view import SavedView
from forwarding.office.models.within import BodyEntry, Invitation, OfficeText, Subtask

__all__ = ["BodyEntry", "Invitation", "OfficeDigest", "OfficeText", "SavedView", "Subtask"]
