from notifications.models.alert import Alert, AlertCandidate, AlertHit, AlertMail
from notifications.models.message import Bundle, BundleLine, FollowRequest, MailChoice, Message, Mute, Notice
from notifications.models.thanks import Thanks
from notifications.recognition_models import Badge, Contribution

__all__ = [
    "Alert",
    "AlertCandidate",
    "AlertHit",
    "AlertMail",
    "Badge",
    "Bundle",
    "BundleLine",
    "Contribution",
    "FollowRequest",
    "MailChoice",
    "Message",
    "Mute",
    "Notice",
    "Thanks",
]
