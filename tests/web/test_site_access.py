"""How much one client may ask for, and which other sites' pages may read here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import urllib3
from hypothesis import given
from hypothesis import strategies as st

from made import Made
from warraq.app import Access
from warraq.config import Config, read_access
from warraq.errors import ConfigError
from warraq.web import rates
from warraq.web.rates import Buckets, client_of


def scope(client: str, forwarded: str = "") -> dict[str, Any]:
    headers = [(b"x-forwarded-for", forwarded.encode())] if forwarded else []
    return {"type": "http", "client": (client, 1), "headers": headers, "path": "/"}


@pytest.mark.parametrize(
    ("client", "forwarded", "proxies", "found"),
    [
        ("192.0.2.7", "", 0, "192.0.2.7"),
        ("192.0.2.7", "198.51.100.1", 0, "192.0.2.7"),  # anybody can write this header
        ("127.0.0.1", "", 0, ""),
        ("::1", "", 1, ""),
        ("127.0.0.1", "198.51.100.1", 1, "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", 1, "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1, 10.0.0.1", 2, "198.51.100.1"),
        ("192.0.2.7", "198.51.100.1", 2, "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "", 0, "2001:0db8:0001:0002::/64"),
        ("::ffff:192.0.2.7", "", 0, "192.0.2.7"),
        ("127.0.0.1", "no address", 1, "no address"),
    ],
)
def test_who_asks(client: str, forwarded: str, proxies: int, found: str) -> None:
    assert client_of(scope(client, forwarded), proxies) == found


@given(st.lists(st.floats(0, 5), max_size=60), st.floats(0.1, 10), st.integers(1, 20))
def test_nobody_gets_more_than_the_rate_and_the_burst(pauses: list[float], rate: float, burst: int) -> None:
    buckets, now, given = Buckets(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        wait = buckets.take("a", now)
        if wait:
            assert buckets.take("a", now + wait * 1.001) == 0  # who waits as long as told is let in
            now += wait * 1.001
        given += 1
    assert given <= burst + rate * now + 1e-6 * len(pauses) + 1


def test_the_clients_that_are_remembered_are_bounded() -> None:
    buckets = Buckets(0.001, 1, most=3)
    for client in "abcd":
        assert buckets.take(client, 0.0) == 0
    assert buckets.take("d", 0.0) > 0
    assert buckets.take("a", 0.0) == 0  # forgotten, so full again


def test_too_much_is_answered_in_the_one_shape(serve: Callable[..., Any]) -> None:
    with serve(Made(), access=Access(rate=1, burst=2, proxies=1)) as client:
        client.pool = urllib3.PoolManager(retries=False)  # which would do as it is told, and wait
        one, other = {"X-Forwarded-For": "192.0.2.1"}, {"X-Forwarded-For": "192.0.2.2"}
        assert [client.get("/api/v1/stats", one).status for _ in range(3)] == [200, 200, 429]
        refused = client.get("/api/v1/stats", one)
        assert refused.json()["error"]["status"] == 429
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert client.get("/", one).data.startswith(b"too many requests")
        assert client.get("/healthz", one).status == 200
        assert client.get("/api/v1/stats", other).status == 200
        assert all(client.get("/outlets").status == 200 for _ in range(5))  # from this machine itself


def test_pages_of_chosen_sites_may_read_and_no_others(serve: Callable[..., Any]) -> None:
    with serve(Made(), access=Access(origins=("https://a.example",))) as client:
        allowed = client.get("/api/v1/stats", {"Origin": "https://a.example"})
        assert allowed.headers["access-control-allow-origin"] == "https://a.example"
        assert "Origin" in allowed.headers["vary"]
        assert "access-control-allow-credentials" not in allowed.headers
        refused = client.get("/api/v1/stats", {"Origin": "https://b.example"})
        assert "access-control-allow-origin" not in refused.headers
        asked = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
        assert client.get("/api/v1/stats", asked, "OPTIONS").status == 200
        for method in ("POST", "DELETE"):
            wanted = {**asked, "Access-Control-Request-Method": method}
            assert client.get("/api/v1/stats", wanted, "OPTIONS").status == 400
    with serve(Made()) as client:
        assert "access-control-allow-origin" not in client.get("/api/v1/stats", {"Origin": "https://a.example"}).headers


def test_the_setting_is_read_and_wrong_words_are_named() -> None:
    read = read_access(
        "rate=120 burst=30 proxies=2 origins=https://a.example,http://b.example:81 hub=https://hub.example/"
    )
    assert read == Access(120.0, 30, 2, ("https://a.example", "http://b.example:81"), "https://hub.example/")
    assert read_access("") == Access()
    for wrong in ("rate", "rate=x", "rate=-1", "rate=nan", "burst=0", "speed=1", "origins=a.example", "origins=",
                  "origins=https://a.example/x", "hub=ftp://x", "proxies=-1"):  # fmt: skip
        with pytest.raises(ConfigError, match=wrong.split("=")[0]):
            Config(access=wrong)
    with pytest.raises(ConfigError, match="base_url"):
        Config(access="hub=https://hub.example/")


def test_whoever_sends_wrong_passwords_soon_gets_no_answer_to_any(
    serve: Any, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "GUESSES", 3)
    clock = [0.0]
    monkeypatch.setattr(rates, "monotonic", lambda: clock[0])
    wrong, right = (urllib3.make_headers(basic_auth=f"me:{password}") for password in ("guess", "secret"))
    with serve(site.archive, operator_password="secret", reader_password="other") as client:

        def status(path: str, **asked: Any) -> int:
            method = "POST" if "fields" in asked else "GET"
            return int(urllib3.request(method, client.base + path, retries=False, **asked).status)

        def login(password: str) -> int:
            return status("/api/greader.php/accounts/ClientLogin", fields={"Email": "me", "Passwd": password})

        assert status("/saved/new") == 401  # the question itself is no guess
        assert status("/saved/new", headers=right) == 200
        assert [status("/saved/new", headers=wrong), status("/saved/new", headers=wrong), login("guess")] == [401] * 3
        assert [status("/saved/new", headers=wrong), status("/saved/new", headers=right), login("other")] == [429] * 3
        assert status("/search?q=x") == 200  # who only reads is not concerned
        clock[0] += 6.0
        assert status("/saved/new", headers=right) == 200
