"""The address that a body's answer comes back to: `r-<assignment id>-<proof>@MAIL_DOMAIN`."""

from notifications.addresses import make_address, read_address

KIND = "r"


def reply_address(assignment_id: int) -> str:
    return make_address(KIND, assignment_id)


def read_reply_address(address: str) -> int | None:
    """The assignment's id; None for anything that we did not make."""
    return read_address(KIND, address)
