"""The client against the rehearsal SPV, over real HTTP: every shape of answer of ANAF's papers, and what it means."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from companies.models import Membership
from companies.scope import company_scope
from efactura.authorise import choose_environment
from efactura.models import Access, Settings
from efactura.rehearsal.documents import message
from efactura.rehearsal.samples import invoice
from efactura.spv import limits
from efactura.spv.client import Client
from efactura.spv.environment import Environment
from efactura.spv.errors import Gone, Limited, MixedUp, NoAnswer, NoConnection, Refusal, Unauthorised
from tests.efactura.conftest import authorise
from tests.factories import make_company, make_member, make_user

CIF, BUYER = "14399840", "27193515"


def xml(number: str = "A 1", **changes: str) -> bytes:
    given = {"supplier": CIF, "buyer": BUYER, **changes}
    return invoice(number=number, now=datetime(2026, 3, 2, 12).timestamp(), **given)


@pytest.fixture
def client(authorised):
    return Client.of_company()


def upload(client: Client, document: bytes | None = None, **flags):
    return client.upload(document or xml(), cif=CIF, standard="UBL", **flags)


def once(spv, on: str, fault: str) -> None:
    spv.control(next=[{"on": on, "do": fault}])


def test_an_upload_is_received_and_then_accepted(client):
    received = upload(client)
    assert received.index.isdigit()
    assert abs(received.at - timezone.now()) < timedelta(minutes=2)
    state = client.state(received.index)
    assert (state.stare, state.download_id.isdigit()) == ("ok", True)


def test_while_anaf_works_on_it_there_is_nothing_to_download(client, spv):
    spv.control(processing=3600)
    state = client.state(upload(client).index)
    assert (state.stare, state.download_id) == ("processing", "")


@pytest.mark.parametrize("flags", [{"b2c": True}, {"extern": True}, {"autofactura": True}])
def test_flags_reach_the_service(client, spv, flags):
    index = upload(client, **flags).index
    assert spv.store.row("SELECT flags FROM documents WHERE id = ?", int(index))["flags"] == next(iter(flags))


@pytest.mark.parametrize(
    ("fault", "kind", "start"),
    [("schema", "schema", "Fisierul transmis nu este valid"), ("rights", "rights", "Nu aveti drept"), ("size", "size", "Marime fisier")],
)
def test_a_refusal_at_upload_says_its_kind_and_anafs_words(client, spv, fault, kind, start):
    once(spv, "upload", fault)
    with pytest.raises(Refusal) as refused:
        upload(client)
    assert (refused.value.kind, refused.value.text.startswith(start)) == (kind, True)


@pytest.mark.parametrize(
    "fault",
    "lose_answer lose_request 500 500_taken empty empty_taken html html_taken technical technical_taken no_index 204".split(),
)
def test_whatever_is_no_answer_leaves_the_upload_unknown(client, spv, fault):
    once(spv, "upload", fault)
    with pytest.raises(NoAnswer):
        upload(client)
    taken = spv.store.row("SELECT count(*) AS n FROM documents WHERE stare <> ''")["n"]
    assert taken == (1 if fault in ("lose_answer", "no_index") or fault.endswith("_taken") else 0)


def test_an_answer_that_comes_too_late_is_none(client, spv, settings):
    settings.EFACTURA_TIMEOUT = 1
    once(spv, "upload", "slow")
    with pytest.raises(NoAnswer):
        upload(client)


def test_a_port_where_nobody_listens_means_that_nothing_was_sent(client, settings):
    settings.REHEARSAL_URL = "http://127.0.0.1:9"
    with pytest.raises(NoConnection):
        upload(client)


def test_too_many_calls_are_a_limit_of_a_minute(client, spv):
    once(spv, "upload", "429")
    with pytest.raises(Limited) as limited:
        upload(client)
    assert timedelta(0) < limited.value.until - timezone.now() <= timedelta(minutes=1)


def test_401_means_that_the_token_is_taken_no_more(client, spv):
    once(spv, "upload", "401")
    with pytest.raises(Unauthorised):
        upload(client)


def test_403_is_a_lack_of_rights(client, spv):
    once(spv, "upload", "403")
    with pytest.raises(Refusal, match="drept în SPV") as refused:
        upload(client)
    assert refused.value.kind == "rights"


def test_ten_megabytes_are_refused_before_the_call(client, spv):
    with pytest.raises(Refusal) as refused:
        upload(client, b" " * (10 * 1024 * 1024 + 1))
    assert (refused.value.kind, spv.control()["documents"]) == ("size", {})


@pytest.mark.parametrize("document", [b"<Invoice1/>", b"<a><b></a>"])
def test_what_is_no_invoice_is_refused_by_the_schema(client, document):
    with pytest.raises(Refusal) as refused:
        upload(client, document)
    assert refused.value.kind == "schema"


def test_parameters_that_are_wrong_are_the_callers_mistake(client):
    with pytest.raises(Refusal) as refused:
        client.upload(xml(), cif="12a", standard="UBL")
    assert (refused.value.kind, refused.value.text) == ("caller", "CIF introdus= 12a nu este un numar")


def test_a_missing_parameter_is_400_with_a_message(client):
    with pytest.raises(Refusal) as refused:
        client.upload(xml(), cif="", standard="UBL")
    assert refused.value.text == "Parametrii standard si cif sunt obligatorii"


def test_an_error_about_the_question_is_no_state(client):
    with pytest.raises(Refusal) as refused:
        client.state("4999999999")
    assert refused.value.text == "Nu exista factura cu id_incarcare= 4999999999"


def test_a_technical_error_of_the_question_leaves_the_state_unknown(client, spv):
    index = upload(client).index
    once(spv, "stareMesaj", "technical")
    with pytest.raises(NoAnswer):
        client.state(index)
    assert client.state(index).stare == "ok"


def test_anafs_own_daily_limit_lasts_until_tomorrow(client, spv):
    index = upload(client).index
    spv.control(state_day=1)
    client.state(index)
    with pytest.raises(Limited) as limited:
        client.state(index)
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert timezone.localtime(limited.value.until).isoformat()[:16] == f"{tomorrow}T00:00"


def test_the_list_names_both_parties(client):
    index = upload(client).index
    (entry,) = client.messages_of_days(CIF, 1)
    assert (entry.index, entry.kind, entry.issuer_cif, entry.buyer_cif) == (index, "FACTURA TRIMISA", CIF, BUYER)


def test_the_buyer_has_it_as_received(client):
    index = upload(client).index
    assert [(entry.index, entry.kind) for entry in client.messages_of_days(BUYER, 1, "P")] == [(index, "FACTURA PRIMITA")]


def test_a_self_billed_invoice_is_told_by_its_words(client):
    upload(client, autofactura=True)
    (entry,) = client.messages_of_days(CIF, 1)
    assert (entry.self_billed, entry.issuer_cif, entry.buyer_cif) == (True, CIF, BUYER)


def test_an_empty_list_is_no_error(client):
    assert client.messages_of_days(CIF, 15) == []
    assert list(client.messages(CIF, timezone.now() - timedelta(days=2), timezone.now())) == []


def test_over_five_hundred_entries_the_pages_are_read(client, spv):
    spv.control(judge=False, clock={"offset": -600}, foreign={"cif": CIF, "buyer": BUYER, "count": 501})
    spv.control(clock=None)
    entries = client.messages_of_days(CIF, 5)
    assert len({entry.index for entry in entries}) == len(entries) == 501


def test_times_are_kept_within_what_anaf_takes(client):
    assert list(client.messages(CIF, timezone.now() - timedelta(days=90), timezone.now() + timedelta(days=1))) == []


def test_a_clock_ahead_of_anafs_is_said(client, spv):
    spv.control(clock={"offset": -3600})
    spv.store.run("UPDATE tokens SET until = until + 100000")
    with pytest.raises(Refusal, match="Ceasul") as refused:
        list(client.messages(CIF, timezone.now() - timedelta(days=1), timezone.now()))
    assert "nu poate in viitor" in refused.value.text


def test_a_cif_without_rights_is_a_refusal(spv, scope, ana):
    authorise(spv, by=ana, rights=BUYER)
    with pytest.raises(Refusal) as refused:
        Client.of_company().messages_of_days(CIF, 1)
    assert (refused.value.kind, refused.value.text) == ("rights", f"Nu aveti drept in SPV pentru CIF={CIF}")


def test_a_buyers_message_is_sent_and_listed(client):
    index = upload(client).index
    client.upload(message(index, "Cantitate greșită"), cif=BUYER, standard="RASP")
    kinds = [entry.kind for cif in (BUYER, CIF) for entry in client.messages_of_days(cif, 1, "R")]
    assert kinds == ["MESAJ CUMPARATOR TRANSMIS", "MESAJ CUMPARATOR PRIMIT"]


def test_downloads_have_a_limit_and_an_end(client, spv):
    download_id = client.state(upload(client).index).download_id
    assert client.download(download_id).startswith(b"PK")
    once(spv, "descarcare", "limit")
    with pytest.raises(Limited):
        client.download(download_id)
    once(spv, "descarcare", "expired")
    with pytest.raises(Gone):
        client.download(download_id)


def test_an_old_message_is_gone(client, spv):
    download_id = client.state(upload(client).index).download_id
    spv.control(clock={"offset": 61 * 86_400})
    with pytest.raises(Gone):
        client.download(download_id)


def test_an_unknown_id_is_a_refusal(client):
    with pytest.raises(Refusal) as refused:
        client.download("21")
    assert refused.value.text == "Pentru id=21 nu exista inregistrata nici o factura"


def test_the_page_of_the_company_sees_successes_and_failures(client, spv):
    upload(client)
    once(spv, "upload", "technical")
    with pytest.raises(NoAnswer):
        upload(client)
    access = Access.objects.get()
    assert (access.last_success is not None, access.failure.startswith("ANAF are o eroare tehnică")) == (True, True)


def test_a_document_of_another_environment_is_never_sent(client, spv, ana):
    choose_environment(Environment.TEST, confirmed=True, by=ana)
    with pytest.raises(MixedUp):
        Client.of_company(environment=Environment.REHEARSAL)


def test_a_demonstration_company_never_reaches_anaf(scope, authorised, company):
    type(company).objects.filter(pk=company.pk).update(demo=True)
    Settings.objects.update_or_create(defaults={"environment": Environment.PRODUCTION})
    with pytest.raises(MixedUp):
        Client.of_company()


def test_without_an_authorisation_the_queue_waits(spv, scope):
    with pytest.raises(Unauthorised):
        Client.of_company()


def test_who_left_the_company_takes_the_authorisation_along(authorised, company, ana):
    make_member(make_user("dan@exemplu.ro"), company)
    Membership.objects.filter(user=ana).delete()
    with pytest.raises(Unauthorised, match="nu mai face parte"):
        Client.of_company()


def test_another_company_has_nothing_of_it(authorised):
    with company_scope(make_company("Alta SRL", "27193515").pk), pytest.raises(Unauthorised):
        Client.of_company()


def test_the_daily_limit_is_ours_before_it_is_anafs(client, monkeypatch):
    monkeypatch.setitem(limits.A_DAY, "stareMesaj", 2)
    index = upload(client).index
    client.state(index)
    client.state(index)
    with pytest.raises(Limited):
        client.state(index)


def test_the_limit_of_a_minute_is_shared(client, monkeypatch):
    monkeypatch.setattr(limits, "A_MINUTE", 2)
    client.messages_of_days(CIF, 1)
    client.messages_of_days(CIF, 1)
    with pytest.raises(Limited) as limited:
        client.messages_of_days(CIF, 1)
    assert limited.value.until > timezone.now()


def test_a_redis_that_is_gone_holds_nothing_up(client, settings):
    settings.REDIS_URL = "redis://127.0.0.1:9/0"
    assert client.messages_of_days(CIF, 1) == []


def test_hello_says_whether_the_token_is_taken(client, spv):
    client.hello()
    spv.store.run("DELETE FROM tokens")
    with pytest.raises(Unauthorised):
        client.hello()


def test_the_limit_is_of_any_sixty_seconds(client, monkeypatch):
    monkeypatch.setattr(limits, "A_MINUTE", 3)
    start = datetime(2026, 3, 2, 10, 0, 50, tzinfo=UTC)
    taken = [limits.take_room(Environment.REHEARSAL, start + timedelta(seconds=after)) for after in (0, 5, 8, 15, 59, 62, 63, 67)]
    assert taken == [True, True, True, False, False, True, False, True]


def test_a_clock_that_was_set_back_does_not_hold_calls_up(client, monkeypatch):
    monkeypatch.setattr(limits, "A_MINUTE", 1)
    now = datetime(2026, 3, 2, 10, tzinfo=UTC)
    assert limits.take_room(Environment.REHEARSAL, now)
    assert limits.take_room(Environment.REHEARSAL, now - timedelta(hours=1))
