from moderation.models.act import Act
from moderation.models.saved_text import SavedText

__all__ = ["Act", "SavedText"]
