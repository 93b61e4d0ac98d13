"""The rehearsal SPV itself: what it is told, what it remembers, how fast it is."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from efactura.rehearsal.exchange import Ask
from efactura.rehearsal.faults import Faults
from efactura.rehearsal.samples import invoice
from efactura.rehearsal.spv import Spv
from efactura.rehearsal.store import Store
from efactura.spv.client import Client
from efactura.ubl import validate
from tests.efactura.test_spv_client import BUYER, CIF, upload, xml

LIST = {"zile": "60", "cif": BUYER}


def ask(spv: Spv, path: str, query: dict[str, str], *, method: str = "GET", body: bytes = b""):
    token = spv.certificates.pair()["access_token"]
    return spv.answer(Ask(method, f"/prod/FCTEL/rest/{path}", query, {"authorization": f"Bearer {token}"}, body))


def listed(spv: Spv, cif: str) -> dict:
    return json.loads(ask(spv, "listaMesajeFactura", {"zile": "60", "cif": cif}).body)


def post(server, data: bytes, kind: str = "application/json"):
    with urlopen(Request(f"{server.url}/spv/control", data, {"Content-Type": kind})) as answer:
        return answer.read()


def test_a_sample_invoice_breaks_no_rule():
    assert validate(xml()) == []


def test_a_supplier_sends_an_invoice_to_a_company():
    spv = Spv()
    spv.control(processing=0, lag=0, send={"supplier": CIF, "buyer": BUYER, "net": "250.00"})
    (entry,) = listed(spv, BUYER)["mesaje"]
    assert (entry["tip"], entry["detalii"].endswith(f"cif_emitent={CIF} pentru cif_beneficiar={BUYER}")) == ("FACTURA PRIMITA", True)


def test_somebody_else_sends_in_the_name_of_a_company():
    spv = Spv()
    indexes = spv.control(processing=0, lag=0, foreign={"cif": BUYER, "count": 2})["indexes"]
    assert [entry["id_solicitare"] for entry in listed(spv, BUYER)["mesaje"]] == indexes


def test_the_list_lags_behind_the_state():
    spv = Spv()
    spv.control(processing=0, lag=600, clock={"at": "2026-03-02T12:00:00+02:00"}, send={"supplier": CIF, "buyer": BUYER})
    assert b'stare="ok"' in ask(spv, "stareMesaj", {"id_incarcare": "5000000001"}).body
    assert listed(spv, BUYER)["eroare"] == "Nu exista mesaje in ultimele 60 zile"
    spv.control(clock={"at": "2026-03-02T12:11:00+02:00"})
    assert len(listed(spv, BUYER)["mesaje"]) == 1


def test_after_sixty_days_the_list_is_empty():
    spv = Spv()
    spv.control(processing=0, lag=0, clock={"at": "2026-03-02T12:00:00+02:00"}, send={"supplier": CIF, "buyer": BUYER})
    listed(spv, BUYER)
    spv.control(clock={"at": "2026-05-02T12:00:00+03:00"})
    assert "eroare" in listed(spv, BUYER)


def test_over_five_hundred_the_simple_list_sends_to_the_pages():
    spv = Spv()
    spv.control(processing=0, lag=0, judge=False, foreign={"cif": BUYER, "count": 501})
    assert listed(spv, BUYER)["eroare"].startswith("Lista de mesaje este mai mare decat numarul de 500")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"zile": "aaa", "cif": BUYER}, "Numarul de zile introdus= aaa nu este un numar intreg"),
        ({"zile": "61", "cif": BUYER}, "Numarul de zile trebuie sa fie intre 1 si 60"),
        ({"zile": "1", "cif": "aaa"}, "CIF introdus= aaa nu este un numar"),
        ({"zile": "1", "cif": BUYER, "filtru": "X"}, "Valorile acceptate pentru parametrul filtru sunt E, T, P sau R"),
    ],
)
def test_wrong_questions_about_the_list(query, said):
    assert json.loads(ask(Spv(), "listaMesajeFactura", query).body)["eroare"] == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"startTime": "1767225600000"},
            "startTime = 01-01-2026 02:00:00 nu poate fi mai vechi de 60 de zile fata de momentul requestului",
        ),
        ({"pagina": "x"}, "pagina = x nu este un numar sau nu are o valoare acceptata de sistem"),
        ({"endTime": "1775000000000"}, "endTime = 01-04-2026 02:33:20 nu poate fi <= startTime = 01-04-2026 02:33:20"),
    ],
)
def test_wrong_questions_about_a_page(changes, said):
    spv = Spv()
    spv.control(clock={"at": "2026-04-02T12:00:00+03:00"})
    query = {"startTime": "1775000000000", "endTime": "1775100000000", "pagina": "1", "cif": BUYER} | changes
    assert json.loads(ask(spv, "listaMesajePaginatieFactura", query).body)["eroare"] == said


def test_a_wrong_path_looks_like_a_lack_of_rights():
    assert Spv().answer(Ask("GET", "/stareMesaj", {}, {}, b"")).status == 403


def test_no_token_is_401():
    assert Spv().answer(Ask("GET", "/prod/FCTEL/rest/stareMesaj", {"id_incarcare": "1"}, {}, b"")).status == 401


def test_too_many_calls_of_a_minute_are_429():
    spv = Spv()
    spv.control(minute=2)
    assert [ask(spv, "listaMesajeFactura", LIST).status for _ in range(3)] == [200, 200, 429]


def test_the_firewall_reads_what_is_validated():
    answer = Spv().answer(Ask("POST", "/prod/FCTEL/rest/validare/FACT1", {}, {}, xml().replace(b"Calea Probei", b"Calea;rm x")))
    assert (answer.media_type, b"Support ID" in answer.body or b"support ID" in answer.body) == ("text/html", True)


def test_what_it_remembers_outlives_it(tmp_path):
    path = tmp_path / "spv.sqlite"
    first = Spv(path)
    index = first.control(processing=0, lag=0, send={"supplier": CIF, "buyer": BUYER})["indexes"][0]
    first.close()
    second = Spv(path)
    assert (second.store.settings["lag"], listed(second, BUYER)["mesaje"][0]["id_solicitare"]) == (0, index)


def test_a_seed_repeats_its_faults():
    def drawn(seed: int) -> list[str]:
        faults = Faults(Store())
        faults.store.set("random", {"seed": seed, "rates": {"500": 0.3, "lose_answer": 0.3}})
        return [faults.choose("upload") for _ in range(40)]

    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert set(drawn(7)) == {"", "500", "lose_answer"}


def test_a_fault_is_for_as_many_times_as_asked(authorised, spv):
    spv.control(next=[{"on": "stareMesaj", "do": "500", "times": 2}])
    index = upload(Client.of_company()).index
    assert [ask(spv, "stareMesaj", {"id_incarcare": index}).status for _ in range(3)] == [500, 500, 200]


def test_a_rejection_can_be_asked_for(authorised, spv):
    spv.control(next=[{"on": "upload", "do": "nok"}])
    client = Client.of_company()
    assert client.state(upload(client).index).stare == "nok"


def test_control_answers_json_and_forms(spv_server, spv):
    assert json.loads(post(spv_server, b'{"lag": 60}'))["settings"]["lag"] == 60
    page = post(spv_server, b"do=next&on=upload&fault=lose_answer&times=1", "application/x-www-form-urlencoded").decode()
    assert ("SPV de repeti" in page, spv.store.settings["next"]) == (True, [{"on": "upload", "do": "lose_answer", "times": 1}])


@pytest.mark.parametrize("command", [b"{", b'{"x": 1}', b'{"next": [{"on": "upload", "do": "x"}]}', b'{"always": {"lista": "schema"}}'])
def test_an_unknown_command_changes_nothing(spv_server, spv, command):
    before = spv.control()
    with pytest.raises(HTTPError, match="400"):
        post(spv_server, command)
    assert spv.control()["settings"] == before["settings"]


def test_the_control_page_shows_what_was_sent(spv_server, authorised):
    index = upload(Client.of_company()).index
    with urlopen(f"{spv_server.url}/spv/") as answer:
        assert index in answer.read().decode()


def test_two_hundred_uploads_a_second(spv_server, spv):
    """Four callers at once; half the figure on a machine that runs other tests beside."""
    spv.control(processing=3600)
    address = f"{spv_server.url}/spv/prod/FCTEL/rest/upload?standard=UBL&cif={CIF}"
    head = {"Authorization": f"Bearer {spv.certificates.pair()['access_token']}", "Content-Type": "application/xml"}
    documents = [invoice(supplier=CIF, buyer=BUYER, number=f"A {number}", now=0) for number in range(200)]
    started = time.perf_counter()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda body: urlopen(Request(address, body, head)).read(), documents))
    assert all(b"index_incarcare" in answer for answer in answers)
    assert spv.control()["documents"] == {"in prelucrare": 200}
    assert time.perf_counter() - started < 2
