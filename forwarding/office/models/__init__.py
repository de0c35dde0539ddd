from forwarding.office.models.saved_view import SavedView
from forwarding.office.models.within import BodyEntry, Invitation, OfficeText, Subtask

__all__ = ["BodyEntry", "Invitation", "OfficeText", "SavedView", "Subtask"]
