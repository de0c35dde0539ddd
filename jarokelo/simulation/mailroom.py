"""The desk reads the answers that wait: a moderator publishes most of the contacts' own, and no stranger's."""

import random
from collections.abc import Callable, Iterator
from typing import Any

from forwarding.actions_mails import AlreadyHandled, file_mail, publish_mail
from forwarding.models import IncomingMail
from reports.lifecycle import MoveNotAllowed


class Desk:
    def __init__(self, moderator: Any, die: random.Random) -> None:
        self.moderator, self.die = moderator, die

    def acts(self) -> Iterator[Callable[[], None]]:
        waiting = IncomingMail.objects.filter(state=IncomingMail.State.TO_READ, kind=IncomingMail.Kind.ANSWER)
        for mail in waiting.filter(from_contact=True).select_related("assignment__report"):
            if self.die.random() < 0.9:
                yield lambda mail=mail: self.publish(mail)  # type: ignore[misc]

    def publish(self, mail: IncomingMail) -> None:
        text, outcome = mail.text.strip(), ""
        if "nem hozzánk tartozik" in text:
            outcome = "not_ours"
        elif "#megoldva" in text:
            outcome = "done"
        for said in dict.fromkeys((outcome, "")):
            try:
                publish_mail(mail, text, actor=self.moderator, outcome=said)
                return
            except MoveNotAllowed:
                continue  # the report moved on: the words alone are shown
            except AlreadyHandled:
                return
        file_mail(mail, actor=self.moderator)
