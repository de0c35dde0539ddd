"""Bodies that are reached over HTTP: an Open311 endpoint of the stub's, and a webhook."""

import ipaddress
from collections.abc import Iterator
from typing import Any

import pytest

from forwarding.open311.services import sync_services
from forwarding.outward.models import Open311Endpoint, ServiceChoice, WebhookEndpoint
from forwarding.webhook.signing import new_secret
from municipalities.models import Category, Contact, Institution
from tests.forwarding.faulty import FaultyServer
from tests.forwarding.open311_stub import Open311Stub


@pytest.fixture
def near_servers(settings: Any) -> None:
    """Servers on this machine may be spoken to, and each attempt comes at once."""
    settings.OUTBOUND_ALLOWED_NETWORKS = [ipaddress.ip_network("127.0.0.0/8")]
    settings.OUTBOUND_SECONDS, settings.OUTBOUND_PAUSE_SECONDS = 5.0, 1.0
    settings.DELIVERY_RETRY_SECONDS = [0] * 7
    settings.CONTACT_PAUSE_AFTER = 100


@pytest.fixture
def stub(near_servers: None) -> Iterator[Open311Stub]:
    with Open311Stub().running() as stub:
        yield stub


@pytest.fixture
def endpoint(stub: Open311Stub, works: Institution, potholes: Category) -> Open311Endpoint:
    """`works` is reached by Open311 first, by mail second; potholes are their service 001."""
    Contact.objects.filter(institution=works).update(position=1)
    contact = Contact.objects.create(institution=works, channel="open311", address=stub.url)
    endpoint = Open311Endpoint.objects.create(contact=contact, api_key="key-1")
    assert sync_services(endpoint) == ""
    service = endpoint.services.get(code="001")
    ServiceChoice.objects.create(endpoint=endpoint, category=potholes, service=service)
    stub.taken.clear()
    return endpoint


@pytest.fixture
def receiver(near_servers: None) -> Iterator[FaultyServer]:
    with FaultyServer().running() as receiver:
        yield receiver


@pytest.fixture
def webhook(receiver: FaultyServer, works: Institution) -> WebhookEndpoint:
    Contact.objects.filter(institution=works).update(position=1)
    contact = Contact.objects.create(institution=works, channel="webhook", address=f"{receiver.url}/hook")
    return WebhookEndpoint.objects.create(contact=contact, secret=new_secret())
