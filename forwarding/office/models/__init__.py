from forwarding.office.models.saved_view import SavedView

__all__ = ["SavedView"]
