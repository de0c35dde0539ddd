"""What programs that send forms by themselves step into, and people do not: a field that nobody sees, and haste.

Both answers are friendly and keep what was typed: a browser that fills in every field, or somebody who came back to a
form that was ready, presses once more. Whoever is signed in is not tested.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext as _

SALT = "jarokelo.form"


def new_stamp() -> str:
    """When this form was first shown, signed."""
    return signing.TimestampSigner(salt=SALT).sign("1")


def stamp_for(request: HttpRequest) -> str:
    """The one that the form came with, so that showing it again does not begin anew."""
    stamp = request.POST.get("stamp", "")
    try:
        signing.TimestampSigner(salt=SALT).unsign(stamp)
    except signing.BadSignature:
        return new_stamp()
    return stamp


def trap(request: HttpRequest) -> str:
    """What to say to a guest whose form looks sent by a program; empty for people."""
    if request.user.is_authenticated:
        return ""
    if request.POST.get("website"):
        return _(
            "There is a field on this page that must stay empty. We have emptied it: please press the button again."
        )
    if is_hasty(request.POST.get("stamp", "")):
        return _("That was very quick. Please look it over and press the button once more.")
    return ""


def is_hasty(stamp: str) -> bool:
    """A stamp that is not ours, or a form sent within `SEND_FASTEST` of being shown."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        signer.unsign(stamp)
    except signing.BadSignature:
        return True
    try:
        signer.unsign(stamp, max_age=settings.SEND_FASTEST)
    except signing.SignatureExpired:
        return False
    return True
