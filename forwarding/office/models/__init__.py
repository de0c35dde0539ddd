from forwarding.office.models.bulk import OfficeBulk
from forwarding.office.models.digest import OfficeDigest
from forwarding.office.models.saved_view import SavedView
from forwarding.office.models.within import BodyEntry, Invitation, OfficeText, Subtask

__all__ = ["BodyEntry", "Invitation", "OfficeBulk", "OfficeDigest", "OfficeText", "SavedView", "Subtask"]
