"""Where a moderator goes after a decision."""

from forwarding.models import IncomingMail
from moderation.access import DeskRequest
from moderation.queues import Queue
from reports.models import Report


def next_url(request: DeskRequest, queue: Queue | None, row: Report | IncomingMail, *, done: bool) -> str:
    """The next case of the same tab once this one is done, else this one again; from an empty tab back to the desk.

    `row` is as it was before the decision, so that its place in the queue is known.
    """
    if queue is None or queue.rows is None:
        return request.path
    if not done:
        return request.get_full_path()
    following = queue.after(request.user, row)
    return queue.url_of(following) if following else queue.url
