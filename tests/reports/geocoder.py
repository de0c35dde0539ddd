"""A server that speaks as Nominatim does, over real HTTP."""

import json
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response


def spot(label: str, lat: float | str, lon: float | str, **address: str) -> dict[str, Any]:
    return {"place_id": 1, "display_name": label, "lat": str(lat), "lon": str(lon), "address": address}


FO_UTCA = spot(
    "12, Fő utca, Belváros, Egyváros, 1011, Magyarország", 47.45, 19.05,
    road="Fő utca", house_number="12", city="Egyváros", postcode="1011",
)  # fmt: skip
FO_TER = spot("Fő tér, Belváros, Egyváros", 47.46, 19.06, square="Fő tér", city="Egyváros")


class Geocoder:
    """`results` are what a search gets, `reverse` what a point gets; `requests` are the questions so far."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.results: Any = [FO_UTCA]
        self.reverse: Any = FO_UTCA
        self.status = 200
        self.requests: list[Request] = []
        server.expect_request("/search").respond_with_handler(self.answer)
        server.expect_request("/reverse").respond_with_handler(self.answer)

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def answer(self, request: Request) -> Response:
        self.requests.append(request)
        found = self.results if request.path == "/search" else self.reverse
        body = found if isinstance(found, str) else json.dumps(found)
        return Response(body, status=self.status, content_type="application/json")
