from moderation.models.act import Act
from moderation.models.saved_text import SavedText

__all__ = ["Act", "SavedText"]
from moderation.models.suggested import Suggested

__all__ = ["Act", "Suggested"]
