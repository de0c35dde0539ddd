from moderation.models.act import Act
from moderation.models.bulk import Bulk
from moderation.models.saved_text import SavedText

__all__ = ["Act", "SavedText"]
from moderation.models.suggested import Suggested

__all__ = ["Act", "Suggested"]
from moderation.models.claim import Claim, Handoff, Visit
from moderation.models.saved_filter import SavedFilter

__all__ = ["Act", "Claim", "Handoff", "SavedFilter", "Visit"]
__all__ = ["Act", "Bulk", "SavedText"]
