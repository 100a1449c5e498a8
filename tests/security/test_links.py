"""What a request calls the host is in no link and no redirect; there is no public_url set here."""

from __future__ import annotations

import http.client

import httpx
import pytest

from assistant.answer.service import Assistant
from assistant.desk.people.accounts import Role
from assistant.web.edge.hosts import RelativeRedirects
from tests.web.people import Site

FALSE = "evil.example"
#: Places with a slash too many or too few, and those that send on.
PLACES = [
    "/login/", "/public/", "/staff", "/staff/matters/", "/onsite/", "/admin/", "/counsel/", "/health/", "/static", "/account/password/",
    "/admin/people/", "/public/cards/", "/public/questions/", "/", "/staff/verify/", "/staff/reviews/", "/login?next=/staff", "/logout/",
]  # fmt: skip


@pytest.mark.parametrize("role", [None, Role.STAFF, Role.ADMIN])
@pytest.mark.parametrize("path", PLACES)
def test_a_redirect_names_no_host(address: Site, assistant: Assistant, path: str, role: Role | None) -> None:
    assert not assistant.settings.public_url and not assistant.settings.base_url
    headers = address.cookie(role) | {"Host": FALSE, "X-Forwarded-Host": FALSE, "X-Forwarded-Proto": "https", "accept": "text/html"}
    answer = httpx.get(f"{address}{path}", headers=headers, follow_redirects=False, timeout=30)
    place = answer.headers.get("location", "")
    assert FALSE not in place and (not place or (place.startswith("/") and not place.startswith("//")))


def test_slashes_still_lead_where_they_led(address: Site) -> None:
    answer = httpx.get(f"{address}/login/", headers={"Host": FALSE}, follow_redirects=False, timeout=30)
    assert (answer.status_code, answer.headers["location"]) == (307, "/login")
    assert httpx.get(f"{address}/login/", follow_redirects=True, timeout=30).status_code == 200
    assert httpx.get(f"{address}/login/?next=/staff", follow_redirects=False, timeout=30).headers["location"] == "/login?next=/staff"


@pytest.mark.parametrize("path", ["//evil.example/login/", "//evil.example//login/", "/%5Cevil.example/login/", "///login/"])
def test_slashes_at_the_beginning_lead_to_no_other_host(address: Site, path: str) -> None:
    line = http.client.HTTPConnection(str(address).removeprefix("http://"), timeout=30)
    line.request("GET", path, headers={"Host": FALSE, "accept": "text/html"})
    place = line.getresponse().getheader("location") or ""
    line.close()
    assert not place.startswith(("//", "/\\")) and "://" not in place


@pytest.mark.parametrize(
    ("place", "sent"),
    [
        (f"http://{FALSE}/a?b#c", "/a?b#c"),
        (f"HTTPS://{FALSE.upper()}/a", "/a"),
        (f"http://{FALSE}//x.test/a", "/x.test/a"),
        (f"http://{FALSE}", "/"),
        ("https://login.example.gov.cn/authorize?x=1", "https://login.example.gov.cn/authorize?x=1"),
        (f"http://{FALSE}.other.test/a", f"http://{FALSE}.other.test/a"),
        ("/staff", "/staff"),
    ],
)
@pytest.mark.anyio
async def test_only_a_redirect_to_the_requests_own_host_is_changed(place: str, sent: str) -> None:
    async def app(scope: object, receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 307, "headers": [(b"location", place.encode())]})  # type: ignore[operator]

    told: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        told.append(message)

    scope = {"type": "http", "headers": [(b"host", FALSE.encode())]}
    await RelativeRedirects(app)(scope, None, send)  # type: ignore[arg-type]
    assert dict(told[0]["headers"])[b"location"].decode() == sent  # type: ignore[call-overload]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
