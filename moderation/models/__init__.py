from moderation.models.act import Act

__all__ = ["Act"]
