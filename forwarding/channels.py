"""The ways to a body. A sender takes a claimed dispatch, brings it to the other side, and returns what that answered.

It raises `SendingFailed`, which says whether trying again is of use, and whether the other side may have it already.
"""

from collections.abc import Callable

from forwarding.mail import compose
from forwarding.models import Dispatch
from forwarding.open311.sending import send_by_open311
from forwarding.webhook.sending import send_by_webhook
from municipalities.models import Contact
from notifications.mailer import send_mail


def send_by_mail(dispatch: Dispatch) -> str:
    mail = compose(dispatch)
    dispatch.keep_claim()
    return send_mail(mail, timeout=dispatch.contact.timeout)


SENDERS: dict[str, Callable[[Dispatch], str]] = {
    Contact.Channel.MAIL: send_by_mail,
    Contact.Channel.OPEN311: send_by_open311,
    Contact.Channel.WEBHOOK: send_by_webhook,
}
