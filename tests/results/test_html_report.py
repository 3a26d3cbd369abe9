"""The HTML report of a hostile data set: no script, no tag of theirs, nothing from elsewhere; in a real browser too."""

import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pytest
from msgspec.structs import replace

from cnn_tui.results.confusion import count
from cnn_tui.results.evaluation import Evaluation
from cnn_tui.results.html_report import html_report
from tests.results.hostile import CLASSES, hostile_report

ALLOWED = {
    *("html", "head", "meta", "title", "style", "body", "header", "section", "footer", "div", "h1", "h2", "p", "br"),
    *("dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "bdi", "figure", "figcaption", "img"),
    *("svg", "line", "text", "polyline", "circle"),
}
BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)


class Page(HTMLParser):
    """The tags and texts of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.texts, self.open = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.texts.append(text)


@pytest.fixture(scope="module")
def page():
    return html_report(hostile_report())


def test_no_tag_of_theirs_is_in_it_and_every_tag_is_closed(page):
    found = Page(page)
    assert not found.open
    assert {tag for tag, _ in found.tags} <= ALLOWED
    for tag, attributes in found.tags:
        assert not [name for name in attributes if name.startswith("on") or name in ("href", "style", "action")]
        assert tag != "img" or re.fullmatch(r"data:image/png;base64,[A-Za-z0-9+/=]+", attributes["src"])
    assert any("<script>document.title='ran'</script>" in text for text in found.texts)


def test_nothing_in_it_steers_a_terminal_or_turns_the_text(page):
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_the_policy_allows_its_own_style_and_pictures_only(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', page)[1]
    assert re.fullmatch(
        r"default-src 'none'; style-src 'sha256-[A-Za-z0-9+/=]+'; img-src data:; base-uri 'none'; form-action 'none'",
        policy,
    )
    for _, attributes in Page(page).tags:
        assert not [name for name, value in attributes.items() if "http" in value and name not in ("title", "alt")]
    assert "@import" not in page
    assert "url(" not in page


def test_the_numbers_are_there():
    labels = np.repeat([0, 1], [980, 20])
    answers = np.concatenate([np.zeros(967, int), np.ones(13, int), np.zeros(1, int), np.ones(19, int)])
    evaluation = Evaluation("test", 0.1, count(labels, answers, ("0", "1")))
    page = html_report(replace(hostile_report(), evaluation=evaluation))
    for cell in ('<td class="hit10">967</td>', "<td>0.987</td>", "<dd>0.9860</dd>"):
        assert cell in page


def test_of_a_thousand_classes_the_most_confused_are_listed():
    labels = np.arange(1000)
    evaluation = Evaluation("test", 0.1, count(labels, (labels + 1) % 1000, tuple(map(str, labels))))
    page = html_report(replace(hostile_report(), evaluation=evaluation))
    assert "Most confused" in page
    assert len(page) < 1_000_000


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium on this machine")
def test_in_a_real_browser_no_script_runs_and_every_part_is_there(page, tmp_path):
    (tmp_path / "report.html").write_text(page, encoding="utf-8")
    seen = _seen_by_browser(tmp_path, "--dump-dom")
    dom = Page(seen.stdout)
    titles = [text for text in dom.texts if "document.title='ran'" in text]
    assert titles  # the title is the text of the script, not what it would have set
    assert "<title>ran</title>" not in seen.stdout
    assert sum(tag == "figure" for tag, _ in dom.tags) == 1 + len(CLASSES)
    assert sum(tag == "td" for tag, _ in dom.tags) > len(CLASSES) ** 2
    assert {tag for tag, _ in dom.tags} <= ALLOWED
    assert "Refused to" not in seen.stderr
    _seen_by_browser(tmp_path, f"--screenshot={tmp_path / 'page.png'}", "--window-size=1000,1400")
    assert (tmp_path / "page.png").stat().st_size > 20_000


@pytest.mark.skipif(not BROWSER, reason="there is no Chromium on this machine")
def test_even_a_script_that_got_in_would_not_run(page, tmp_path):
    evil = page.replace(
        "</body>", "<script>document.title='ran'</script><img src=x onerror=document.title='ran'></body>"
    )
    (tmp_path / "report.html").write_text(evil, encoding="utf-8")
    assert "<title>ran</title>" not in _seen_by_browser(tmp_path, "--dump-dom").stdout


def _seen_by_browser(folder, *options):
    """What headless Chromium makes of the page, with its complaints on standard error."""
    command = [BROWSER, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--enable-logging=stderr"]
    command += [f"--user-data-dir={folder / 'profile'}", *options, (folder / "report.html").as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
