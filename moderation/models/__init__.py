from moderation.models.act import Act
from moderation.models.bulk import Bulk
from moderation.models.claim import Claim, Handoff, Visit
from moderation.models.deed import Deed
from moderation.models.saved_filter import SavedFilter
from moderation.models.saved_text import SavedText
from moderation.models.suggested import Suggested

__all__ = ["Act", "Bulk", "Claim", "Deed", "Handoff", "SavedFilter", "SavedText", "Suggested", "Visit"]
