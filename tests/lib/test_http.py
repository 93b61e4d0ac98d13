"""The HTTP client, against a server that misbehaves in every way it can."""

import socket
import time
from contextlib import suppress
from threading import Thread

import pytest

from lib.http import BadAnswer, NoAnswer, get, get_json, post_json
from web.rehearsal.exchange import Request, Response, Service, json_response
from web.rehearsal.server import Rehearsal

BODIES = {
    "/json": json_response({"bun": "ș"}),
    "/broken": Response(b"{", "application/json"),
    "/page": Response(b"\n <!DOCTYPE HTML><html></html>"),
    "/error": Response(b"nu", status=503),
    "/big": Response(b"x" * 2000, "text/plain"),
    "/to-json": Response(b"", status=302, headers={"Location": "/rau/json"}),
    "/to-file": Response(b"", status=302, headers={"Location": "file:///etc/hostname"}),
    "/to-ftp": Response(b"", status=302, headers={"Location": "ftp://127.0.0.1/x"}),
}


def answer(request: Request) -> Response:
    return json_response(request.headers | {"body": request.body.decode()}) if request.path == "/echo" else BODIES[request.path]


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    service = Service("rau", "Un serviciu", "", {"rau_no_answer": "nu răspunde", "rau_slow": "încet"}, answer)
    with Rehearsal(mail_folder=tmp_path_factory.mktemp("mail"), services=[service]) as server:
        yield f"{server.url}/rau"


def test_json_is_read(url):
    assert get_json(f"{url}/json") == {"bun": "ș"}


def test_json_is_sent_on_a_connection_of_its_own(url):
    seen = post_json(f"{url}/echo", [1], headers={"X-Cheie": "a"})
    assert [seen[name] for name in ("body", "content-type", "connection", "user-agent", "x-cheie")] == [
        "[1]", "application/json", "close", "Facturier", "a",
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["/page", "/error", "/to-file", "/to-ftp"])
def test_what_is_no_answer_is_a_bad_one(url, path):
    with pytest.raises(BadAnswer):
        get(url + path)


def test_the_status_and_the_body_of_an_error_are_kept(url):
    with pytest.raises(BadAnswer) as error:
        get(f"{url}/error")
    assert (error.value.status, error.value.body) == (503, b"nu")


def test_broken_json_is_a_bad_answer(url):
    with pytest.raises(BadAnswer, match="not JSON"):
        get_json(f"{url}/broken")


def test_a_body_over_the_limit_is_a_bad_answer(url):
    with pytest.raises(BadAnswer, match="more than 1999 bytes"):
        get(f"{url}/big", max_bytes=1999)


def test_only_a_get_follows_a_redirect(url):
    assert get_json(f"{url}/to-json") == {"bun": "ș"}
    with pytest.raises(BadAnswer):
        post_json(f"{url}/to-json", {})


@pytest.mark.parametrize("address", ["file:///etc/hostname", "ftp://127.0.0.1/x", "data:,x"])
def test_other_schemes_are_a_bug_of_the_caller(address):
    with pytest.raises(ValueError, match="only http and https"):
        get(address)


def test_nobody_at_home_is_no_answer():
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(NoAnswer):
            get(f"http://127.0.0.1:{closed.getsockname()[1]}/", timeout=1)


def test_silence_is_no_answer():
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(NoAnswer):
        get(f"http://127.0.0.1:{silent.getsockname()[1]}/", timeout=0.2)


def test_a_trickle_is_cut_at_the_time_limit():
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = Thread(target=_trickle, args=[server])
        thread.start()
        start = time.monotonic()
        with pytest.raises(NoAnswer):
            get(f"http://127.0.0.1:{server.getsockname()[1]}/", timeout=0.3)
        assert time.monotonic() - start < 1.5
        thread.join()


def _trickle(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection, suppress(ConnectionError):
        connection.recv(1000)
        connection.sendall(b"HTTP/1.0 200 OK\r\n\r\n")
        for _ in range(40):
            connection.sendall(b"x")
            time.sleep(0.05)
