"""Mails of bodies, as a mail server of ours would hand them over."""

from email.message import EmailMessage
from email.policy import SMTP

OURS = "mx.jarokelo.example"  # the name that our mail server signs with
CONTACT = "ugyfel@utkezelo.example"
PASSED = f"{OURS}; dkim=pass header.d=utkezelo.example; dmarc=pass (p=none) header.from=utkezelo.example"


def answer(
    to: str,
    text: str = "Köszönjük, a helyszínt a jövő héten felmérjük.",
    *,
    sender: str = f"Ügyfélszolgálat <{CONTACT}>",
    vouched: str = PASSED,
    files: tuple[tuple[str, str, bytes], ...] = (),
    **headers: str,
) -> bytes:
    """`files`: (name, type, bytes)."""
    mail = EmailMessage(policy=SMTP.clone(cte_type="8bit"))
    if vouched:
        mail["Authentication-Results"] = vouched
    mail["From"], mail["To"], mail["Subject"] = sender, to, headers.pop("Subject", "Re: Kátyú")
    mail["Message-ID"] = headers.pop("Message_ID", "<valasz@utkezelo.example>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    for name, kind, data in files:
        main, sub = kind.split("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()
