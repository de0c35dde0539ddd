"""Where a moderator goes after a decision."""

from forwarding.models import IncomingMail
from moderation.access import DeskRequest
from moderation.actions_claims import claim_next
from moderation.queues import Queue
from reports.models import Report


def next_url(request: DeskRequest, queue: Queue | None, row: Report | IncomingMail, *, done: bool) -> str:
    """The next case of the same tab, claimed, once this one is done, else this one again; from an empty tab the desk.

    `row` is as it was before the decision, so that its place in the queue is known. Only after a POST.
    """
    if queue is None or queue.rows is None:
        return request.path
    if not done:
        return request.get_full_path()
    following = claim_next(request.user, queue, after=row)
    return queue.url_of(following) if following else queue.url
