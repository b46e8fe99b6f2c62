"""Stories, copies, differences and trends over a real archive: pages lead to one another and say what data say."""

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


def test_copies_say_what_each_outlet_changed(sampled: Client) -> None:
    archive = sampled.archive
    carried = next(b for b in archive.latest(limit=200) if len(archive.copies(b.id).carriers) > 2)
    page = sampled.html(f"/a/{carried.id}")
    link = next(a for a in page.css(".beside a") if a.attributes["href"].endswith("/copies"))
    shown = sampled.html(link.attributes["href"])
    data = sampled.json(link.attributes["href"] + ".json")
    assert [c["id"] for c in data["carriers"]] == [
        a.attributes["href"].rpartition("/")[2] for a in shown.css(".timeline .title a")
    ]
    assert len(shown.css(".timeline .why")) == len(data["carriers"])
    moments = [c["first_seen_at"] for c in data["carriers"]]
    assert moments == sorted(moments)
    alone = next(b for b in archive.latest(limit=200) if len(archive.copies(b.id).carriers) == 1)
    assert sampled.html(f"/a/{alone.id}/copies").css(".nothing")


def test_a_difference_holds_both_texts(sampled: Client) -> None:
    revised = next(r for r in sampled.archive.export(revisions=True) if r.number > 1).article
    page = sampled.html(f"/a/{revised.id}")
    link = next(a for a in page.css(".timeline a") if "/diff?" in a.attributes["href"])
    shown = sampled.html(link.attributes["href"])
    before, after = sampled.archive.revisions(revised.id)[:2]
    assert shown.css("ins")
    for kept, dropped, text in (("del", "ins", before.article), ("ins", "del", after.article)):
        tree = sampled.html(link.attributes["href"]).css_first("section.diff")
        for node in tree.css(dropped):
            node.decompose()
        paragraphs = [p.text() for p in tree.css(".body p") if p.text().strip()]
        assert [" ".join(p.split()) for p in paragraphs] == [p.text for p in text.body], kept
        assert " ".join(tree.css_first("h1").text().split()) == text.title
    for wrong, status in (("?before=x", 400), ("?before=9&after=10", 404)):
        assert sampled.get(f"/a/{revised.id}/diff{wrong}").status == status
    single = next(b for b in sampled.archive.latest(limit=200) if len(sampled.archive.revisions(b.id)) == 1)
    assert sampled.get(f"/a/{single.id}/diff").status == 400


def test_trends_lead_to_their_articles(sampled: Client) -> None:
    path = "/trends?from=2026-02-12&to=2026-02-15"
    data = sampled.json(path.replace("?", ".json?"))
    page = sampled.html(path)
    rows = page.css("tbody tr")
    assert [row.css_first("th").text().strip() for row in rows] == [t["phrase"] for t in data["trends"]]
    assert rows
    assert sampled.html(rows[0].css_first("a").attributes["href"]).css(".list .title")
    assert sampled.get("/trends?from=2026-02-12&to=2026-02-01").status == 400
    assert sampled.html("/trends").css("h1")


def test_a_keyword_shows_when_it_was_written_of(sampled: Client) -> None:
    page = sampled.html("/k/دوقلان")
    counted = sum(int(bar.css_first("title").text().rpartition(" ")[2]) for bar in page.css("svg.plot rect"))
    assert counted == sampled.archive.keyword("دوقلان").total
