from notifications.models.alert import Alert, AlertCandidate, AlertHit, AlertMail
from notifications.models.message import FollowRequest, MailChoice, Message, Mute, Notice
from notifications.models.thanks import Thanks

__all__ = [
    "Alert",
    "AlertCandidate",
    "AlertHit",
    "AlertMail",
    "FollowRequest",
    "MailChoice",
    "Message",
    "Mute",
    "Notice",
    "Thanks",
]
