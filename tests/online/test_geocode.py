"""The only door to the network: shut by default, and every question through it leaves a trace."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from forensics.case import Case, verify
from forensics.errors import NetworkError, UsageError
from forensics.online import DenyAdapter, Question, geocode
from forensics.online.wire import MAX_ANSWER_BYTES

HIT = {
    "display_name": "Yancheng, Jiangsu",
    "lat": "33.3495",
    "lon": "120.1577",
    "class": "boundary",
    "type": "administrative",
}
ALLOWED = frozenset({"nominatim"})


class _Service(BaseHTTPRequestHandler):
    """Answers whatever the test put into `body`, and notes what it was asked."""

    def do_GET(self):
        self.server.asked.append(self.path)
        status, body, headers = self.server.reply
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def service():
    server = HTTPServer(("127.0.0.1", 0), _Service)
    server.asked, server.reply = [], (200, json.dumps([HIT]).encode(), {})
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def case(tmp_path):
    return Case.create(
        tmp_path / "case",
        question="Where?",
        settings={},
        who="t",
        now=lambda: "2026-01-01T00:00:00Z",
    )


def _question(service, words="盐城市公安局"):
    return Question("nominatim", words, f"http://127.0.0.1:{service.server_port}")


def _lines(case):
    return [dict(entry.body) for entry in case.entries() if entry.kind == "network"]


def test_what_leaves_is_shown_recorded_and_answered(service, case):
    shown = []
    (answer,) = geocode(case, [_question(service)], allow=ALLOWED, show=shown.append)
    assert (answer.hits[0].name, answer.hits[0].lat_udeg) == ("Yancheng, Jiangsu", 33_349_500)
    assert answer.hits[0].lon_udeg == 120_157_700
    ask, said = _lines(case)
    assert ask["act"] == "ask"
    assert [ask["sends"]] == shown
    assert shown[0].endswith(service.asked[0])
    assert "%E7%9B%90%E5%9F%8E" in shown[0]
    kept = Path(case.root / said["files"][0]["path"])
    assert json.loads(kept.read_bytes()) == [HIT]
    assert verify(case.root).ok


def test_the_same_question_is_not_sent_again_even_by_a_later_process(service, case):
    geocode(case, [_question(service)], allow=ALLOWED, show=lambda _: None)
    again = Case.open(case.root, who="t", now=lambda: "2026-01-02T00:00:00Z")
    spaced = _question(service, "  盐城市公安局 ")
    (answer,) = geocode(again, [spaced], allow=ALLOWED, show=lambda _: pytest.fail("sent"))
    assert answer.kept
    assert answer.hits[0].name == "Yancheng, Jiangsu"
    assert len(service.asked) == 1


def test_an_altered_answer_is_asked_again(service, case):
    (answer,) = geocode(case, [_question(service)], allow=ALLOWED, show=lambda _: None)
    (case.root / answer.file.path).write_bytes(b"[]")
    geocode(case, [_question(service)], allow=ALLOWED, show=lambda _: None)
    assert len(service.asked) == 2


def test_without_the_flag_nothing_leaves(service, case):
    with pytest.raises(NetworkError, match="--allow-network"):
        geocode(case, [_question(service)], allow=frozenset(), show=lambda _: pytest.fail("sent"))
    assert service.asked == []
    assert [line["act"] for line in _lines(case)] == ["failed"]


@pytest.mark.parametrize("ask", ["get_json", "get_text"])
def test_the_default_adapter_denies(ask):
    adapter = DenyAdapter(proxies=None, ssl_context=None)
    with pytest.raises(NetworkError, match="not allowed"):
        getattr(adapter, ask)("https://example.org/x", timeout=1, headers={})


def test_an_answer_without_places_is_an_answer(service, case):
    service.reply = (200, b"[]", {})
    (answer,) = geocode(case, [_question(service)], allow=ALLOWED, show=lambda _: None)
    assert answer.hits == ()


BROKEN = {
    "status 429": ((429, b"slow down", {}), "status 429"),
    "status 500": ((500, b"", {}), "status 500"),
    "a redirect elsewhere": ((302, b"", {"Location": "http://127.0.0.2:1/x"}), "status 302"),
    "no JSON": ((200, b"<html>", {}), "not that of a geocoder"),
    "nested": ((200, b"[" * 100_000, {}), "not that of a geocoder"),
    "other JSON": ((200, b'{"error": "x"}', {}), "not that of a geocoder"),
    "no latitude": ((200, b'[{"display_name": "x", "lon": "1"}]', {}), "not that of a geocoder"),
    "latitude 200": (
        (200, json.dumps([{**HIT, "lat": "200"}]).encode(), {}),
        "not that of a geocoder",
    ),
    "latitude NaN": (
        (200, json.dumps([{**HIT, "lat": "NaN"}]).encode(), {}),
        "not that of a geocoder",
    ),
    "latitude beyond all numbers": (
        (200, json.dumps([{**HIT, "lat": "1e9999999"}]).encode(), {}),
        "not that of a geocoder",
    ),
    "too long": ((200, b" " * (MAX_ANSWER_BYTES + 2), {}), "more than"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_an_error_is_an_error_and_never_not_found(service, case, name):
    service.reply, words = BROKEN[name]
    with pytest.raises(NetworkError, match=words):
        geocode(case, [_question(service)], allow=ALLOWED, show=lambda _: None)
    assert [line["act"] for line in _lines(case)] == ["ask", "failed"]
    assert len(service.asked) == 1
    assert verify(case.root).ok


def test_a_service_that_is_not_there_is_one_line(case):
    question = Question("nominatim", "x", "http://127.0.0.1:1")
    with pytest.raises(NetworkError, match="no answer"):
        geocode(case, [question], allow=ALLOWED, show=lambda _: None)


@pytest.mark.parametrize(
    ("service", "base", "words"),
    [
        ("other", "", "no service"),
        ("nominatim", "http://example.org", "cannot use the address"),
        ("nominatim", "https://user@example.org", "cannot use the address"),
        ("nominatim", "https://example.org/path", "cannot use the address"),
        ("nominatim", "https://example.org?x=1", "cannot use the address"),
        ("nominatim", "file:///etc/passwd", "cannot use the address"),
        ("nominatim", "nonsense", "cannot use the address"),
    ],
)
def test_addresses_that_are_refused_before_anything_is_sent(case, service, base, words):
    with pytest.raises(UsageError, match=words):
        geocode(case, [Question(service, "x", base)], allow=ALLOWED, show=lambda _: None)
    assert _lines(case) == []


@pytest.mark.parametrize("query", ["", "  ", "x" * 201])
def test_questions_of_no_use_are_refused(case, service, query):
    with pytest.raises(UsageError, match="characters"):
        geocode(case, [_question(service, query)], allow=ALLOWED, show=lambda _: None)


def test_two_questions_keep_a_second_between_them(service, case, monkeypatch):
    waited = []
    monkeypatch.setattr("geopy.extra.rate_limiter.sleep", waited.append)
    questions = [_question(service, "a"), _question(service, "b")]
    geocode(case, questions, allow=ALLOWED, show=lambda _: None)
    assert len(service.asked) == 2
    assert sum(waited) > 0.9
