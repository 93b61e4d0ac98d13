"""The rehearsal server itself: its control page, its mails, what it refuses."""

import http.client
import json
import os
import signal
import smtplib
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from lib.http import BadAnswer, get, get_json, post_json
from web.rehearsal.server import Rehearsal


def send(subject="Factura FCT 12", to="client@exemplu.ro"):
    mail = EmailMultiAlternatives(subject, "Bună ziua, țineți factura.", "Facturier <f@exemplu.ro>", [to])
    mail.attach_alternative("<p>Bună ziua</p>", "text/html")
    mail.attach("factură.pdf", b"%PDF-1.7", "application/pdf")
    return mail.send()


def ask(rehearsal, method, path, body="", **headers):
    """One request without following redirects: status, location, body."""
    connection = http.client.HTTPConnection(urlsplit(rehearsal.url).netloc, timeout=5)
    connection.request(method, path, body.encode(), headers)
    response = connection.getresponse()
    answer = response.status, response.headers["Location"], response.read().decode()
    connection.close()
    return answer


def test_a_mail_is_kept_with_its_attachment(rehearsal):
    send()
    (mail,) = rehearsal.mail.mails
    assert (mail.sender, mail.to, mail.subject) == ("Facturier <f@exemplu.ro>", "client@exemplu.ro", "Factura FCT 12")
    assert (mail.text.strip(), mail.html.strip()) == ("Bună ziua, țineți factura.", "<p>Bună ziua</p>")
    assert [(file.name, file.media_type, file.content) for file in mail.attachments] == [("factură.pdf", "application/pdf", b"%PDF-1.7")]


def test_a_mail_can_be_read_and_its_file_downloaded(rehearsal):
    send(subject="<b>Atenție</b>")
    number = rehearsal.mail.mails[0].number
    assert "&lt;b&gt;Atenție&lt;/b&gt;" in ask(rehearsal, "GET", "/mail/")[2]
    assert "țineți factura" in ask(rehearsal, "GET", f"/mail/{number}/")[2]
    assert get(f"{rehearsal.url}/mail/{number}/html") == b"<p>Bun\xc4\x83 ziua</p>"
    assert get(f"{rehearsal.url}/mail/{number}/1") == b"%PDF-1.7"
    assert [ask(rehearsal, "GET", f"/mail/{path}")[0] for path in (f"{number}/2", f"{number + 1}/")] == [404, 404]


def test_mails_can_be_thrown_away(rehearsal):
    send()
    assert ask(rehearsal, "POST", "/mail/")[:2] == (303, "/mail/")
    assert rehearsal.mail.mails == []


def test_mails_outlive_the_server(tmp_path, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for subject in ("una", "două"):
        with Rehearsal(mail_folder=tmp_path) as server:
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.mail.port
            send(subject)
            kept = [(mail.number, mail.subject) for mail in server.mail.mails]
    assert kept == [(1, "una"), (2, "două")]


@pytest.mark.parametrize(("fault", "code"), [("mail_refused", 550), ("mail_busy", 451)])
def test_the_mail_server_can_refuse(rehearsal, fault, code):
    rehearsal.faults.switch(fault)
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        send()
    assert (refused.value.recipients["client@exemplu.ro"][0], rehearsal.mail.mails) == (code, [])


def test_faults_are_switched_with_json(rehearsal):
    assert post_json(f"{rehearsal.url}/control", {"faults": {"anaf_html": True}})["faults"]["anaf_html"] is True
    assert post_json(f"{rehearsal.url}/control", {"clear": True, "faults": {"bnr_html": 1}})["faults"]["anaf_html"] is False
    assert get_json(f"{rehearsal.url}/control")["faults"]["bnr_html"] is True


@pytest.mark.parametrize("body", ['{"faults": {"altceva": true}}', "[]", "{", '{"faults": 3}'])
def test_what_control_does_not_understand_changes_nothing(rehearsal, body):
    assert ask(rehearsal, "POST", "/control", body, **{"Content-Type": "application/json"})[0] == 400
    assert not any(rehearsal.faults.as_dict().values())


def test_faults_are_switched_with_the_buttons_of_the_page(rehearsal):
    assert ask(rehearsal, "POST", "/control", "fault=anaf_500&on=1")[:2] == (303, "/")
    assert "anaf_500" in rehearsal.faults
    ask(rehearsal, "POST", "/control", "fault=anaf_500")
    assert "anaf_500" not in rehearsal.faults


def test_the_control_page_names_the_services_and_the_companies(rehearsal):
    page = ask(rehearsal, "GET", "/")[2]
    assert [
        text in page
        for text in (f"smtp://127.0.0.1:{rehearsal.mail.port}<", f"{rehearsal.url}/bnr", "ATELIERUL DE LEMN SRL", "<td>12345674</td>")
    ] == [True] * 4


def test_the_register_takes_at_most_a_hundred_codes(rehearsal):
    address = f"{rehearsal.url}/anaf/api/PlatitorTvaRest/v9/tva"
    question = {"cui": 12345674, "data": "2026-11-22"}
    assert len(post_json(address, [question] * 100)["found"]) == 100
    for wrong in ([question] * 101, [], {}, [{"cui": "x"}], [{"cui": 1, "data": "ieri"}]):
        with pytest.raises(BadAnswer) as error:
            post_json(address, wrong)
        assert error.value.status == 400


def test_the_register_writes_like_anaf(rehearsal):
    answer = post_json(f"{rehearsal.url}/anaf/api/PlatitorTvaRest/v9/tva", [{"cui": 10000008, "data": "2026-11-22"}])
    office = answer["found"][0]["adresa_sediu_social"]
    assert [office[f"s{name}"] for name in ("denumire_Strada", "denumire_Localitate", "denumire_Judet", "cod_Postal", "tara")] == [
        "Str. Ţepeş Vodă", "Sector 3 Mun. Bucureşti", "MUNICIPIUL BUCUREŞTI", "31472", "",
    ]  # fmt: skip
    assert not set(json.dumps(answer, ensure_ascii=False)) & set("șțȘȚ")


def test_a_page_of_another_name_reaches_nothing(rehearsal):
    assert ask(rehearsal, "GET", "/mail/", Host="rau.exemplu.ro")[0] == 403


def test_only_loopback_is_served(tmp_path):
    with pytest.raises(ValueError, match="loopback"):
        Rehearsal(host="0.0.0.0", mail_folder=tmp_path)


def test_the_command_starts_says_where_and_stops(tmp_path):
    command = [sys.executable, "manage.py", "rehearsal", "--port", "0", "--smtp-port", "0", "--mail-folder", str(tmp_path)]
    process = subprocess.Popen(command, cwd=settings.BASE_DIR, env=os.environ, stdout=subprocess.PIPE, text=True)
    line = process.stdout.readline()
    url = line.split()[3]
    assert get_json(f"{url}control")["faults"]["anaf_html"] is False
    process.send_signal(signal.SIGTERM)
    assert (process.wait(10), process.stdout.read()) == (0, "")
    process.stdout.close()
