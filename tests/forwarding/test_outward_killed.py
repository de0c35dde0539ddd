"""A worker is killed between the POST and the note that it is out: a real one, by SIGKILL, with a real server."""

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Person
from forwarding.actions import send_report
from forwarding.models import Dispatch, DispatchAttempt
from forwarding.outward.models import Open311Endpoint, RemoteRequest, WebhookEndpoint
from municipalities.models import Institution
from notifications.deliveries import DeliveryStatus
from reports.models import Report
from tests.forwarding.faulty import Fault, FaultyServer
from tests.forwarding.open311_stub import Open311Stub
from tests.servers import announcing_to, running_redis, running_worker, wait_until

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("real"), pytest.mark.django_db(transaction=True)]

Worker = Callable[[], AbstractContextManager["subprocess.Popen[bytes]"]]


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    with running_redis(tmp_path) as url, announcing_to(url):
        yield lambda: running_worker(
            tmp_path,
            broker_url=url,
            email_url="smtp://127.0.0.1:1",
            DELIVERY_LEASE_SECONDS="2",
            OUTBOUND_ALLOWED_NETWORKS="127.0.0.0/8",
            OUTBOUND_PAUSE_SECONDS="20",
        )


def kill(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(10)


def sent() -> Any:
    return Dispatch.objects.filter(status=DeliveryStatus.SENT).first()


def test_an_open311_request_is_found_and_not_posted_again(
    worker: Worker,
    stub: Open311Stub,
    endpoint: Open311Endpoint,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
) -> None:
    stub.faults = [Fault("hold", method="POST")]
    with worker() as process:
        send_report(make_report(), works, actor=moderator)
        wait_until(lambda: stub.is_holding, "a request that was taken, with its answer under way")
        kill(process)
    assert RemoteRequest.objects.get().state == "posting"
    with worker():
        dispatch = wait_until(sent, "the request to be taken over")
    assert dispatch.may_have_arrived
    assert len(stub.requests) == len(stub.posts()) == 1
    assert RemoteRequest.objects.get().request_id == "1"
    outcomes = DispatchAttempt.objects.order_by("number").values_list("outcome", flat=True)
    assert list(outcomes) == ["died", "sent"]


def test_a_webhook_comes_again_under_its_id(
    worker: Worker,
    receiver: FaultyServer,
    webhook: WebhookEndpoint,
    make_report: Callable[..., Report],
    works: Institution,
    moderator: Person,
) -> None:
    receiver.faults = [Fault("hold")]
    with worker() as process:
        send_report(make_report(), works, actor=moderator)
        wait_until(lambda: receiver.is_holding, "a delivery with its answer under way")
        kill(process)
    with worker():
        wait_until(sent, "the delivery to be made again")
    assert len({taken.headers["webhook-id"] for taken in receiver.taken}) == 1
    assert len(receiver.taken) == 2
