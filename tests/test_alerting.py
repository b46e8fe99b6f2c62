"""Saved searches: the whole way to real receivers, with kills in between, and the command line."""

from __future__ import annotations

import hmac
import json
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from receivers import Answer, MailReceiver, WebReceiver, mail_receiver, nobody, web_receiver
from warraq import Archive, pipeline
from warraq.analyse.vectors import analyse
from warraq.app.alerting import Alerted
from warraq.cli import main
from warraq.config import Config
from warraq.errors import NotFound, QueryError, UsageError
from warraq.types import (
    AlertKind,
    Article,
    Change,
    Channel,
    DeliveryState,
    Mail,
    Outcome,
    Outlet,
    Paragraph,
    SavedSearch,
    Telegram,
    Webhook,
)
from warraq.urls import article_id

NOW = datetime(2026, 3, 12, 9, 30, 15, tzinfo=UTC)
HOOK = Webhook("https://desk.example/hook")
MAIL = Mail("localhost", 25, "warraq@archive.example", "desk@paper.example")


# --- the whole way ----------------------------------------------------------------------------------------

TEXTS = {
    "port": ("ميناء النخيل يستقبل أول سفينة حاويات",
             "استقبل ميناء النخيل صباح الثلاثاء أول سفينة حاويات بعد توسعة الأرصفة التي استمرت ثلاثة أعوام. "
             "وقال مدير ميناء النخيل سالم العطار إن التوسعة رفعت طاقة الأرصفة إلى الضعف، وإن ست رافعات جديدة "
             "ستدخل الخدمة قبل نهاية الصيف، وإن شركات الشحن حجزت نصف المواعيد المتاحة في الأشهر الأولى."),
    "strike": ("عمال ميناء النخيل يطالبون بزيادة الأجور بعد توسعة الأرصفة",
               "طالب عمال ميناء النخيل بزيادة الأجور بعد توسعة الأرصفة واستقبال أول سفينة حاويات. وقال مدير ميناء "
               "النخيل سالم العطار إن المطالب قيد الدراسة، وإن رافعات جديدة ستدخل الخدمة قبل نهاية الصيف."),
    "comet": ("علماء يرصدون مذنبًا يقترب من الشمس",
              "رصد علماء فلك مذنبًا جديدًا يقترب من الشمس للمرة الأولى منذ آلاف السنين، وسيرى بالعين المجردة في "
              "ليالي الشتاء من قمم الجبال حيث لا ميناء ولا مدينة تضيء السماء، بحسب مرصد الجبل الأخضر."),
    "fish": ("أسعار السمك تتراجع مع وفرة الصيد في الساحل الغربي",
             "تراجعت أسعار السمك في أسواق الساحل الغربي بعد موسم صيد وفير، وقال تجار الجملة في ميناء الصيادين "
             "الصغير إن البيع بالمزاد يبدأ قبل الفجر، وإن الثلج المتاح لا يكفي لحفظ كل ما تحمله القوارب."),
    "match": ("فريق النوارس يتأهل إلى نهائي كأس الساحل", "تأهل فريق النوارس إلى نهائي الكأس بعد مباراة طويلة."),
}  # fmt: skip
OUTLETS = [Outlet("alwaha", "صحيفة الواحة", zone="Asia/Dubai"), Outlet("annasim", "موقع النسيم"), Outlet("sada", "صدى")]


class Hands:
    """A clock that is set by hand."""

    def __init__(self, now: datetime) -> None:
        self.value = now

    def now(self) -> datetime:
        return self.value

    def sleep(self, seconds: float) -> None:
        self.value += timedelta(seconds=seconds)


class Desk:
    """An archive, its clock, and what comes in."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.clock = Hands(NOW)
        self.archive = Archive(Config(archive=folder / "archive", **settings), clock=self.clock, create=True)
        self.archive.add_outlets(OUTLETS)
        self.count = 0

    def take(self, *articles: tuple[str, str], seen: str = "now") -> list[str]:
        """Import (text, outlet) pairs; returns their addresses."""
        rows, urls = [], []
        for text, outlet in articles:
            self.count += 1
            title, body = TEXTS[text]
            urls.append(f"https://{outlet}.example/{self.count}")
            rows.append({"url": urls[-1], "outlet": outlet, "title": title, "text": body, "published": "2026-03-01"})
        path = self.folder / "rows.jsonl"
        path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
        self.archive.import_paths([path], seen=seen, workers=1)
        return urls

    def save(self, channel: Channel, query: str = "ميناء", **more: Any) -> None:
        self.archive.save_search(SavedSearch("الميناء", query, channel, **more))

    def later(self, **step: float) -> None:
        self.clock.value += timedelta(**step)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path, base_url="https://warraq.example")
    yield made
    made.archive.close()


@pytest.fixture
def web() -> Iterator[WebReceiver]:
    with web_receiver() as receiver:
        yield receiver


def told(web: WebReceiver) -> list[list[list[str]]]:
    """The addresses of the articles of each message, by story."""
    values = [json.loads(request.body) for request in web.requests]
    return [[[a["url"] for a in story["articles"]] for story in value["stories"]] for value in values]


def test_without_searches_nothing_is_done(desk: Desk) -> None:
    desk.take(("port", "alwaha"))
    assert desk.archive.alert() == Alerted()


def test_new_articles_are_told_once_one_message_a_story_copies_collapsed(desk: Desk, web: WebReceiver) -> None:
    desk.take(("port", "alwaha"))  # before the search: no news
    desk.later(days=3)
    desk.save(Webhook(web.url()))
    assert desk.archive.alert() == Alerted()
    port, copy, comet, _ = desk.take(("port", "annasim"), ("port", "sada"), ("comet", "sada"), ("match", "sada"))
    assert desk.archive.alert() == Alerted(made=2, sent=2)
    assert sorted(told(web)) == sorted([[[min(port, copy)]], [[comet]]])
    assert desk.archive.alert() == Alerted()
    values = {v["stories"][0]["articles"][0]["url"]: v for v in (json.loads(r.body) for r in web.requests)}
    article = values[min(port, copy)]["stories"][0]["articles"][0]
    assert article["copies"] == 1
    assert article["outlet_name"] in ("موقع النسيم", "صدى")
    assert article["link"] == f"https://warraq.example/a/{article['id']}"
    assert values[comet]["stories"][0]["outlets"] == 1
    assert [d.state for d in desk.archive.deliveries()] == [DeliveryState.DONE] * 2
    assert {d.body for d in desk.archive.deliveries()} == {""}


def test_a_copy_of_what_was_told_is_not_told(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()), quiet=timedelta(0))
    desk.take(("port", "annasim"))
    desk.archive.alert()
    desk.later(hours=2)
    desk.take(("port", "sada"))
    assert desk.archive.alert() == Alerted()


def test_more_of_a_story_waits_until_it_was_quiet_and_comes_in_one_message(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()), quiet=timedelta(hours=6))
    (port,) = desk.take(("port", "alwaha"))
    desk.archive.alert()
    desk.later(hours=1)
    (strike,) = desk.take(("strike", "annasim"))
    story = desk.archive.story(port)
    assert story.articles == 2, "the two are one story"
    assert desk.archive.alert() == Alerted()
    desk.later(hours=4)
    assert desk.archive.alert() == Alerted()
    desk.later(hours=1)
    assert desk.archive.alert() == Alerted(1, 1)
    assert told(web) == [[[port]], [[strike]]]
    assert json.loads(web.requests[1].body)["stories"][0]["outlets"] == 2


def test_what_is_not_placed_yet_is_looked_at_again(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()))
    desk.archive._store.commit([change_of(desk)])
    assert desk.archive.alert() == Alerted(), "not indexed"
    pipeline.index(desk.archive._store, desk.archive._index)
    assert desk.archive.alert() == Alerted(), "not placed"
    desk.archive.refresh()
    assert desk.archive.alert() == Alerted(1, 1)


@pytest.mark.parametrize("kind", AlertKind)
def test_a_long_log_is_looked_at_in_parts_and_told_together(
    desk: Desk, web: WebReceiver, kind: AlertKind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warraq.app.alerting._LINES", 1)
    desk.save(Webhook(web.url()), kind=kind)
    taken = desk.take(("port", "alwaha"), ("strike", "annasim"), ("port", "sada"))
    desk.later(days=1)
    assert desk.archive.alert() == Alerted(1, 1)
    ((articles,),) = told(web)
    assert len(set(articles)) == 2
    assert set(articles) < set(taken)


def test_what_came_while_nobody_looked_for_long_is_told(
    desk: Desk, web: WebReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warraq.app.alerting._LINES", 1)
    desk.save(Webhook(web.url()))
    taken = [desk.take((text, "alwaha"))[0] for text in ("port", "comet", "fish") for _ in [desk.later(days=1)]]
    desk.later(days=200)
    assert desk.archive.alert() == Alerted(3, 3)
    assert sorted(told(web)) == sorted([[url]] for url in taken)


def test_an_article_that_matches_only_when_revised_is_told_then(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()), query='"مباراة طويلة"')
    row = {"url": "https://sada.example/9", "outlet": "sada", "title": "نهائي"}
    path = desk.folder / "one.jsonl"
    for body, expected in (("خبر عاجل", 0), (TEXTS["match"][1], 1), (TEXTS["match"][1] + " وانتهت.", 1)):
        path.write_text(json.dumps({**row, "text": body, "published": "2026-03-01"}), encoding="utf-8")
        desk.later(minutes=5)
        desk.archive.import_paths([path], workers=1)
        desk.archive.alert()
        assert len(web.requests) == expected


def test_an_import_of_the_past_is_no_news(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()))
    desk.take(("port", "alwaha"), seen="published")
    assert desk.archive.alert() == Alerted()


def test_a_digest_comes_once_a_day_by_story_and_not_when_there_is_nothing(desk: Desk, web: WebReceiver) -> None:
    desk.save(Webhook(web.url()), kind=AlertKind.DAILY, hour=13, zone="Asia/Dubai")  # 9:00 UTC: over for today
    port, comet = desk.take(("port", "alwaha"), ("comet", "sada"))
    for _ in range(23):
        assert desk.archive.alert() == Alerted()
        desk.later(hours=1)
    (strike,) = desk.take(("strike", "annasim"))
    desk.later(minutes=29)
    assert desk.archive.alert() == Alerted()
    desk.later(minutes=1)
    assert desk.archive.alert() == Alerted(1, 1)
    assert sorted(map(sorted, told(web)[0])) == sorted([sorted([port, strike]), [comet]])
    for _ in range(30):  # a day without news: no digest, and the next news wait for their hour
        desk.later(hours=1)
        assert desk.archive.alert() == Alerted()
    (fish,) = desk.take(("fish", "annasim"))
    assert desk.archive.alert() == Alerted()
    desk.later(days=1)
    assert desk.archive.alert() == Alerted(1, 1)
    assert told(web)[1] == [[fish]]
    desk.take(("fish", "alwaha"))
    assert desk.archive.alert() == Alerted()
    desk.take(("comet", "alwaha"), ("strike", "sada"), ("match", "sada"))
    desk.later(days=1)
    assert desk.archive.alert() == Alerted()  # two carry texts that were told, the third does not match


def test_links_lead_to_outlets_where_there_is_no_site_and_not_to_lost_ones(tmp_path: Path, web: WebReceiver) -> None:
    desk = Desk(tmp_path)
    desk.save(Webhook(web.url()), kind=AlertKind.DAILY)
    desk.take(("port", "alwaha"), ("comet", "sada"))
    desk.archive.set_outlet("sada", disabled=False)
    states = desk.archive.outlet_states()
    desk.archive._store.save_outlet_state(replace(states["sada"], unsafe_since=NOW))
    desk.later(days=1)
    desk.archive.alert()
    articles = [a for s in json.loads(web.requests[0].body)["stories"] for a in s["articles"]]
    assert {a["outlet"]: a["link"] for a in articles} == {"alwaha": "https://alwaha.example/1", "sada": ""}
    desk.archive.close()


def test_a_refused_message_is_tried_again_the_same_and_given_up_after_a_week(desk: Desk, web: WebReceiver) -> None:
    web.answer = lambda _: Answer(500)
    desk.save(Webhook(web.url()))
    desk.take(("port", "alwaha"), ("comet", "sada"))
    found = desk.archive.alert()
    assert (found.made, found.sent, found.failed) == (2, 0, (("الميناء", "HTTP 500"),))  # the other one waits, too
    tries = 1
    while any(d.state is DeliveryState.PENDING for d in desk.archive.deliveries()):
        due = min(d.due_at for d in desk.archive.deliveries() if d.state is DeliveryState.PENDING)
        assert desk.archive.alert() == Alerted()
        desk.clock.value = due
        assert desk.archive.alert().sent == 0
        tries += 1
    assert {(d.state, d.reason, d.body) for d in desk.archive.deliveries()} == {
        (DeliveryState.GIVEN_UP, "HTTP 500", "")
    }
    assert len(web.requests) == tries < 100
    bodies = {}
    for request in web.requests:
        assert bodies.setdefault(request.headers["X-Warraq-Delivery"], request.body) == request.body
    assert len(bodies) == 2


def test_a_receiver_that_comes_back_gets_everything_at_once_and_once(desk: Desk, web: WebReceiver) -> None:
    web.answer = lambda _: Answer(503)
    desk.save(Webhook(web.url()))
    desk.take(("port", "alwaha"))
    for _ in range(48):
        desk.archive.alert()
        desk.later(minutes=30)
    web.requests.clear()
    web.answer = lambda _: Answer(200)
    assert desk.archive.alert() == Alerted(), "its pauses are hours by now"
    desk.take(("comet", "sada"))
    assert desk.archive.alert() == Alerted(made=1, sent=2)
    assert len(web.requests) == len({request.headers["X-Warraq-Delivery"] for request in web.requests}) == 2
    assert {d.state for d in desk.archive.deliveries()} == {DeliveryState.DONE}


def test_what_is_forgotten_is_not_sent(desk: Desk, web: WebReceiver) -> None:
    with nobody() as port:
        desk.save(Webhook(f"http://127.0.0.1:{port}/"), kind=AlertKind.DAILY)
        url, _ = desk.take(("port", "alwaha"), ("comet", "sada"))
        desk.later(days=1)
        assert desk.archive.alert().made == 1
    assert "حاويات" in desk.archive.deliveries()[0].body
    desk.archive.forget(url, "court order")
    assert desk.archive.deliveries() == []
    desk.later(days=1)
    assert desk.archive.alert().made == 1
    assert "حاويات" not in desk.archive.deliveries()[0].body
    assert "مذنب" in desk.archive.deliveries()[0].body


def test_mail_and_chat_get_the_same_news(desk: Desk, web: WebReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT", "1:abc")
    web.answer = lambda _: Answer(200, b'{"ok":true}')
    with mail_receiver(MailReceiver()) as mails:
        desk.archive.save_search(SavedSearch("a", "ميناء", Telegram("@desk", "env:BOT", web.url(""))))
        mail = replace(MAIL, host="127.0.0.1", port=mails.port)
        desk.archive.save_search(SavedSearch("b", "ميناء", mail, language="en"))
        desk.take(("port", "alwaha"))
        assert desk.archive.alert() == Alerted(2, 2)
    assert TEXTS["port"][0] in json.loads(web.requests[0].body)["text"]
    assert len(mails.mails) == 1


def test_a_missing_secret_is_said_by_its_name_alone(desk: Desk, web: WebReceiver, tmp_path: Path) -> None:
    desk.save(Webhook(web.url(), "env:NOT_SET_ANYWHERE"))
    desk.take(("port", "alwaha"))
    assert desk.archive.alert().failed == (("الميناء", "no secret in the variable NOT_SET_ANYWHERE"),)
    os.environ["NOT_SET_ANYWHERE"] = "hunter2"
    try:
        desk.later(minutes=2)
        assert desk.archive.alert().sent == 1
    finally:
        del os.environ["NOT_SET_ANYWHERE"]
    request = web.requests[0]
    signed = f"{request.headers['X-Warraq-Delivery']}.{request.headers['X-Warraq-Timestamp']}.".encode() + request.body
    assert request.headers["X-Warraq-Signature"] == "sha256=" + hmac.new(b"hunter2", signed, "sha256").hexdigest()


def test_a_search_has_one_name_and_can_be_removed(desk: Desk) -> None:
    desk.save(HOOK)
    with pytest.raises(UsageError, match="already"):
        desk.save(MAIL)
    with pytest.raises(QueryError):
        desk.archive.save_search(SavedSearch("b", "(", HOOK))
    desk.archive.remove_search("الميناء")
    assert desk.archive.searches() == []
    for call in (desk.archive.remove_search, desk.archive.test_search):
        with pytest.raises(NotFound):
            call("الميناء")


# --- kills ------------------------------------------------------------------------------------------------


def alert_in_a_process(folder: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "warraq", "alert", "run", "--archive", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def test_a_kill_between_sending_and_noting_it_loses_nothing_and_repeats_the_same(
    tmp_path: Path, web: WebReceiver
) -> None:
    desk = Desk(tmp_path)
    desk.clock.value = datetime.now(UTC) - timedelta(minutes=1)
    desk.save(Webhook(web.url()))
    desk.take(("port", "alwaha"), ("comet", "sada"))
    desk.archive.close()
    folder = desk.archive.config.archive
    killed = 0
    web.answer = lambda number: Answer(hang=True) if number < 4 else Answer(200)
    while killed < 4:  # each dies after the receiver had the whole message, and before it said so
        web.came.clear()
        process = alert_in_a_process(folder)
        assert web.came.wait(60), process.communicate()
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += 1
        with Archive(Config(archive=folder)) as archive:  # the lease of the dead is over
            archive._store._db._writer.execute("UPDATE deliveries SET until = 0 WHERE state = 'pending'")
    process = alert_in_a_process(folder)
    assert process.wait(60) == 0, process.communicate()
    process.communicate()
    bodies: dict[str, bytes] = {}
    for request in web.requests:
        assert bodies.setdefault(request.headers["X-Warraq-Delivery"], request.body) == request.body
    assert len(web.requests) == 6
    assert len(bodies) == 2
    with Archive(Config(archive=folder)) as archive:
        assert {d.id: d.state for d in archive.deliveries()} == dict.fromkeys(bodies, DeliveryState.DONE)
        assert archive.alert() == Alerted()
    assert len(web.requests) == 6


def test_several_at_once_send_each_message_once(tmp_path: Path, web: WebReceiver) -> None:
    desk = Desk(tmp_path)
    desk.save(Webhook(web.url()), quiet=timedelta(0))
    desk.take(("port", "alwaha"), ("comet", "sada"), ("strike", "annasim"))
    done: list[Alerted] = []
    threads = [threading.Thread(target=lambda: done.append(desk.archive.alert())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(one.made for one in done) == sum(one.sent for one in done) == len(web.requests)
    urls = Counter(url for message in told(web) for story in message for url in story)
    assert set(urls.values()) == {1}
    assert len(urls) == 3
    desk.archive.close()


# --- the command line -------------------------------------------------------------------------------------


def run(desk: Desk, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--archive", str(desk.archive.config.archive)])


def test_the_command_line(desk: Desk, web: WebReceiver, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n", encoding="utf-8")
    hook = web.url("/T0/hush")
    added = run(desk, "alert", "add", "الميناء", "ميناء", "--webhook", hook, "--secret-file", str(secret))
    assert (added.exit_code, added.output) == (0, "")
    desk.archive.close()
    assert run(desk, "alert", "test", "الميناء").output == "accepted\n"
    value = json.loads(web.requests[0].body)
    assert (value["type"], value["stories"]) == ("test", [])
    listed = run(desk, "alert", "list").output
    assert "الميناء  ميناء\n  each to webhook http://127.0.0.1" in listed
    (row,) = [json.loads(text) for text in run(desk, "alert", "list", "--json").output.splitlines()]
    assert (row["name"], row["secret"], row["messages"]["pending"]) == ("الميناء", f"file:{secret}", 0)
    for text in (listed, json.dumps(row)):
        assert "hush" not in text
        assert "hunter2" not in text
    done = run(desk, "alert", "run", "--json")
    assert (done.exit_code, json.loads(done.output)) == (0, {"made": 0, "sent": 0, "failed": []})
    web.answer = lambda _: Answer(500)
    failed = run(desk, "alert", "test", "الميناء")
    assert (failed.exit_code, failed.output) == (1, "warraq: الميناء: HTTP 500\n")
    assert run(desk, "alert", "remove", "الميناء").exit_code == 0
    assert run(desk, "alert", "list").output == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ["a", "ميناء"],
        ["a", "ميناء", "--webhook", "https://a.example", "--mail", "b@c.example"],
        ["a", "ميناء", "--webhook", "https://a.example", "--secret-env", "A", "--secret-file", "b"],
        ["a", "(", "--webhook", "https://a.example"],
        ["a", "ميناء", "--webhook", "https://a.example", "--quiet", "nan"],
        ["a", "ميناء", "--webhook", "https://a.example", "--quiet", "1e300"],
        ["a", "ميناء", "--mail", "b@c.example", "--mail-from", "b@c.example", "--smtp", "host:port"],
        ["a", "ميناء", "--telegram", "7"],
        ["a", "ميناء", "--mail", "b@c.example"],
    ],
)
def test_a_wrong_alert_is_one_line_on_the_command_line(desk: Desk, arguments: list[str]) -> None:
    refused = run(desk, "alert", "add", *arguments)
    assert refused.exit_code == 2
    assert len(refused.output.splitlines()) == 1
    assert refused.output.startswith("warraq: ")


def test_a_running_archive_tells_by_itself(desk: Desk, web: WebReceiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warraq.app.alerting.LOOKED", 0.1)
    desk.save(Webhook(web.url()))
    desk.archive._store.commit([change_of(desk)])
    stop = threading.Event()
    thread = threading.Thread(target=lambda: desk.archive.run([], fetch=False, stop=stop))
    thread.start()
    try:
        assert web.came.wait(60)
    finally:
        stop.set()
        thread.join()
    assert told(web) == [[["https://sada.example/live"]]]


def change_of(desk: Desk) -> Change:
    """What a fetch of the port's text would bring."""
    title, body = TEXTS["port"]
    url = "https://sada.example/live"
    article = Article(article_id(url), "sada", url, title, (Paragraph(body),))
    return Change(url, Outcome.NEW, None, "", "sada", article, analyse(article), b"1" * 16, desk.clock.now())
