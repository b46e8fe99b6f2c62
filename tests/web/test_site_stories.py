"""Stories over a real archive: the front page leads to them, they hold together, articles lead back."""

from __future__ import annotations

from datetime import timedelta

from served import Client


def test_the_front_page_is_by_story(sampled: Client) -> None:
    page = sampled.html("/")
    links = [a.attributes["href"] for a in page.css("ol.front .title a")]
    assert links
    assert all(link.startswith("/s/") for link in links)
    for link in links:
        assert sampled.html(link).css(".timeline > li")


def test_a_story_tells_who_reports_what_and_since_when(sampled: Client) -> None:
    listed = sampled.json("/stories.json?from=2026-01-01")["stories"]
    assert listed == sorted(listed, key=lambda s: -s["articles"])
    for brief in listed[:5]:
        data = sampled.json(f"/s/{brief['id']}.json")
        page = sampled.html(f"/s/{brief['id']}")
        assert page.css_first("h1").text().strip() == data["headline"]["title"]
        shown = {a.attributes["href"].rpartition("/")[2] for a in page.css(".timeline .title a")}
        assert shown == {report["id"] for report in data["reports"]}
        assert sum(day["articles"] for day in data["days"]) == data["articles"] == brief["articles"]
        assert len(page.css("svg.plot rect")) in (0, len(data["days"])) or data["days"][0] != data["days"][-1]
        for report in data["reports"][:3]:
            back = sampled.html(f"/a/{report['id']}")
            whole = [a.attributes["href"] for a in back.css(".beside a") if a.attributes["href"].startswith("/s/")]
            assert [sampled.json(f"{link}.json")["id"] for link in whole] in ([brief["id"]], [])


def test_a_story_as_of_a_moment_knows_no_later_report(sampled: Client) -> None:
    story = sampled.json("/stories.json?from=2026-01-01")["stories"][0]
    whole = sampled.archive.story(story["id"])
    middle = whole.first.first_seen_at + (whole.last_seen_at - whole.first.first_seen_at) / 2
    early = sampled.json(f"/s/{story['id']}.json?as_of={middle.isoformat().replace('+00:00', 'Z')}")
    assert 0 < early["articles"] < whole.articles
    assert all(report["seen_at"] <= early["as_of"] for report in early["reports"])
    before = whole.first.first_seen_at - timedelta(seconds=1)
    assert sampled.get(f"/s/{story['id']}?as_of={before.isoformat().replace('+00:00', 'Z')}").status == 404


def test_a_story_has_a_feed(sampled: Client) -> None:
    story = sampled.json("/stories.json?from=2026-01-01")["stories"][0]
    page = sampled.html(f"/s/{story['id']}")
    feed = page.css_first('link[type="application/atom+xml"]').attributes["href"]
    assert sampled.get(feed).data.count(b"<entry") == story["articles"]
