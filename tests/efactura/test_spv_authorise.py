"""From the certificate to tokens in the browser, what may use them, and how they are renewed and announced."""

import threading
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest
from cryptography.fernet import Fernet
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from companies.models import Event, Role
from companies.scope import company_scope
from efactura import tasks
from efactura.announce import announce, look_after, step
from efactura.authorise import choose_environment, keep_authorisation, remove_authorisation, use_authorisation
from efactura.models import Access, Authorisation, Settings
from efactura.spv import tokens
from efactura.spv.client import Client
from efactura.spv.environment import Environment
from efactura.spv.errors import NoConnection, Unauthorised
from efactura.spv.oauth import Pair
from lib.errors import Refused
from tests.efactura.conftest import authorise
from tests.factories import make_company, make_member, make_user

CALLBACK = "/e-factura/autorizare/"


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


def location(address: str) -> str:
    """Where an address sends the browser."""
    try:
        build_opener(_Stay).open(address)
    except OSError as answer:
        return answer.headers["Location"]
    return ""


@pytest.fixture
def browser(client, company, ana, spv):
    client.force_login(ana)
    return client


def page(browser, company, name="settings"):
    return browser.get(reverse(f"efactura:{name}", args=[company.pk]))


def come_back(browser, company, choice="certificat=0", **changes):
    """Walk from our page to SPV's, click, and come back."""
    there = page(browser, company, "authorise")["Location"]
    back = urlsplit(location(f"{there}&{choice}"))
    query = {name: values[0] for name, values in parse_qs(back.query).items()} | changes
    assert back.path == CALLBACK
    return browser.get(CALLBACK, query, follow=True)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_a_certificate_authorises_the_company(browser, company, scope):
    assert said(come_back(browser, company)) == ["e-Factura este autorizată (Repetiție)."]
    assert Client.of_company().messages_of_days("14399840", 1) == []
    assert Event.objects.filter(verb="authorised").count() == 1


def test_the_page_of_spv_offers_certificates(browser, company):
    there = page(browser, company, "authorise")["Location"]
    with build_opener().open(there) as answer:
        assert "Alege certificatul" in answer.read().decode()


def test_without_a_certificate_the_person_is_told_what_to_do(browser, company, scope):
    (message,) = said(come_back(browser, company, "certificat=niciunul"))
    assert (message.startswith("ANAF nu a recunoscut certificatul."), Authorisation.objects.count()) == (True, 0)


@pytest.mark.parametrize("change", [{"state": "altul"}, {"state": ""}])
def test_a_forged_answer_is_not_taken(browser, company, scope, change):
    assert said(come_back(browser, company, **change))[0].startswith("Răspunsul nu este la cererea făcută de aici")
    assert Authorisation.objects.count() == 0


def test_an_answer_is_taken_once(browser, company, spv, scope):
    come_back(browser, company)
    answer = browser.get(CALLBACK, {"state": "x", "code": "y"}, follow=True)
    assert said(answer)[0].startswith("Răspunsul nu este la cererea făcută de aici")


def test_one_who_is_no_administrator_any_more_is_not_let_back(browser, company, ana, scope):
    there = page(browser, company, "authorise")["Location"]
    make_member(make_user("dan@exemplu.ro"), company)
    ana.memberships.update(role=Role.ISSUER)
    answer = browser.get(CALLBACK, parse_qs(urlsplit(location(f"{there}&certificat=0")).query), follow=True)
    assert (said(answer)[0].startswith("Răspunsul nu este"), Authorisation.objects.count()) == (True, 0)


def test_a_code_that_is_wrong_is_said(browser, company, scope):
    assert said(come_back(browser, company, code="altul"))[0].startswith("Autorizarea nu s-a încheiat")


def test_an_issuer_does_not_see_the_page(client, company, spv):
    client.force_login(make_member(make_user("emitent@exemplu.ro"), company, Role.ISSUER).user)
    assert page(client, company).status_code == 403


def test_tokens_do_not_stand_in_the_database(spv, scope, ana):
    pair = Pair("acces-vizibil", "innoire-vizibila", *[datetime.now(UTC) + timedelta(days=days) for days in (90, 365)])
    keep_authorisation(Environment.REHEARSAL, pair, by=ana)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(encode(access_token, 'escape') || encode(refresh_token, 'escape'), '') FROM efactura_authorisation"
        )
        dump = cursor.fetchone()[0]
    assert ("vizibil" in dump, tokens.access_token(Authorisation.objects.get())) == (False, "acces-vizibil")


def test_a_former_key_still_opens(authorised, settings):
    former = settings.EFACTURA_TOKEN_KEYS
    settings.EFACTURA_TOKEN_KEYS = [Fernet.generate_key().decode(), *former]
    assert tokens.access_token(authorised)


def test_a_lost_key_asks_for_a_new_authorisation(authorised, settings):
    settings.EFACTURA_TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(Unauthorised, match="cheia instalării"):
        tokens.access_token(authorised)


def expire(authorisation: Authorisation, **fields) -> Authorisation:
    Authorisation.objects.filter(pk=authorisation.pk).update(**({"access_until": timezone.now()} | fields))
    authorisation.refresh_from_db()
    return authorisation


def test_a_token_that_ended_is_renewed_and_both_are_kept(authorised):
    before = expire(authorised)
    assert Client.of_company().messages_of_days("14399840", 1) == []
    after = Authorisation.objects.get()
    assert (after.refresh_token == before.refresh_token, after.access_token == before.access_token) == (False, False)
    assert after.access_until > timezone.now() + timedelta(days=80)


def test_a_renewal_that_anaf_refuses_needs_the_person(authorised, spv):
    spv.store.run("DELETE FROM tokens")
    expire(authorised)
    with pytest.raises(Unauthorised):
        Client.of_company().messages_of_days("14399840", 1)
    assert Authorisation.objects.get().refused_at is not None


def test_a_renewal_without_an_answer_means_that_nothing_was_sent(authorised, spv):
    expire(authorised)
    spv.control(next=[{"on": "token", "do": "500"}])
    with pytest.raises(NoConnection):
        Client.of_company().upload(b"<x/>", cif="14399840", standard="UBL")
    assert (spv.control()["documents"], Authorisation.objects.get().refreshing_since) == ({}, None)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_renew_once(authorised, spv):
    """The second would spend the refresh token again, and the newest could be lost."""
    expire(authorised)
    spv.control(always={"token": "slow"}, slow=0.5)
    results = []

    def renew() -> None:
        try:
            results.append(tokens.renew(Authorisation.objects.get(pk=authorised.pk)))
        finally:
            connection.close()

    threads = [threading.Thread(target=renew) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(results) == [False, True]
    assert spv.store.row("SELECT count(*) AS n FROM tokens WHERE kind = 'refresh'")["n"] == 1
    assert Authorisation.objects.get().refused_at is None


def test_a_claim_of_a_dead_worker_is_taken_over(authorised):
    expire(authorised, refreshing_since=timezone.now() - timedelta(minutes=6))
    assert tokens.renew(authorised)


@pytest.mark.parametrize(("left", "due"), [(31, None), (30, 30), (20, 30), (14, 14), (7, 7), (2, 7), (1, 1), (0, 0), (-3, 0)])
def test_announcements_have_their_days(left, due):
    now = timezone.now()
    ends = now + timedelta(days=left)
    assert step(Authorisation(access_until=ends, refresh_until=ends), now) == due


def test_the_end_is_announced_once_at_each_step(authorised, ana):
    expire(authorised, refresh_until=timezone.now() + timedelta(days=14), access_until=timezone.now() + timedelta(days=14))
    announce(authorised)
    announce(Authorisation.objects.get())
    assert [(message.to, message.subject.startswith("Autorizarea e-Factura se încheie pe")) for message in mail.outbox] == [
        ([ana.email], True)
    ]
    ends = timezone.now() + timedelta(hours=20)
    announce(expire(authorised, refresh_until=ends, access_until=ends))
    assert (len(mail.outbox), Authorisation.objects.get().announced) == (2, 1)


def test_other_administrators_hear_of_it_too(authorised, company):
    make_member(make_user("dan@exemplu.ro"), company)
    announce(expire(authorised, refresh_until=timezone.now(), access_until=timezone.now()))
    assert mail.outbox[0].cc == ["dan@exemplu.ro"]
    assert mail.outbox[0].subject == "Autorizarea e-Factura s-a încheiat"


def test_an_announcement_that_did_not_leave_is_tried_again(authorised, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1", 9
    announce(expire(authorised, refresh_until=timezone.now(), access_until=timezone.now()))
    row = Authorisation.objects.get()
    assert (row.announced, row.announce_after > timezone.now()) == (None, True)


def test_the_sweep_renews_before_the_end(authorised, celery_eager):
    expire(authorised, access_until=timezone.now() + timedelta(days=10))
    tasks.sweep_authorisations()
    assert Authorisation.objects.get().access_until > timezone.now() + timedelta(days=80)


def test_what_is_far_from_its_end_is_left_alone(authorised):
    before = bytes(authorised.access_token)
    look_after(authorised)
    assert bytes(Authorisation.objects.get().access_token) == before


def test_one_authorisation_serves_the_other_companies_of_the_person(authorised, ana):
    other = make_company("Alta SRL", "27193515")
    make_member(ana, other)
    with company_scope(other.pk):
        use_authorisation(Environment.REHEARSAL, authorised, by=ana)
        assert Client.of_company().messages_of_days("27193515", 1) == []


def test_nobody_uses_the_authorisation_of_somebody_else(authorised, company):
    dan = make_member(make_user("dan@exemplu.ro"), company).user
    with pytest.raises(Refused, match="authorisation_not_yours"):
        use_authorisation(Environment.REHEARSAL, authorised, by=dan)


def test_the_rehearsals_tokens_are_for_the_rehearsal(authorised, ana):
    with pytest.raises(Refused, match="authorisation_of_other_environment"):
        use_authorisation(Environment.PRODUCTION, authorised, by=ana)


def test_what_ended_is_not_shared(authorised, ana):
    ended = expire(authorised, refresh_until=timezone.now())
    with pytest.raises(Refused, match="authorisation_ended"):
        use_authorisation(Environment.REHEARSAL, ended, by=ana)


@pytest.mark.parametrize("environment", [Environment.REHEARSAL, Environment.PRODUCTION])
def test_the_database_refuses_a_stranger_and_another_issuer(authorised, environment):
    other = make_company("Alta SRL", "27193515")
    company_id = other.pk if environment == Environment.REHEARSAL else Access.objects.get().company_id
    with pytest.raises(IntegrityError), transaction.atomic(), company_scope(company_id):
        Access.objects.create(environment=environment, authorisation=authorised)


def test_removed_tokens_are_destroyed_when_nobody_uses_them(authorised, ana):
    other = make_company("Alta SRL", "27193515")
    make_member(ana, other)
    with company_scope(other.pk):
        use_authorisation(Environment.REHEARSAL, authorised, by=ana)
    remove_authorisation(Environment.REHEARSAL, by=ana)
    left = Authorisation.objects.count()
    with company_scope(other.pk):
        remove_authorisation(Environment.REHEARSAL, by=ana)
    assert (left, Authorisation.objects.count()) == (1, 0)


def test_authorising_again_keeps_the_row_that_others_share(authorised, spv, ana):
    again = authorise(spv, by=ana)
    assert (again.pk, bytes(again.access_token) == bytes(authorised.access_token)) == (authorised.pk, False)


def test_production_wants_to_be_confirmed(scope, ana):
    with pytest.raises(Refused, match="production_not_confirmed"):
        choose_environment(Environment.PRODUCTION, confirmed=False, by=ana)
    assert choose_environment(Environment.PRODUCTION, confirmed=True, by=ana).environment == "productie"


def test_a_demonstration_company_only_rehearses(scope, company, ana):
    type(company).objects.filter(pk=company.pk).update(demo=True)
    with pytest.raises(Refused, match="demo_only_rehearses"):
        choose_environment(Environment.PRODUCTION, confirmed=True, by=ana)


def test_there_is_no_rehearsal_where_none_runs(scope, ana, settings):
    settings.REHEARSAL_URL = ""
    choose_environment(Environment.PRODUCTION, confirmed=True, by=ana)
    with pytest.raises(Refused, match="rehearsal_not_here"):
        choose_environment(Environment.REHEARSAL, confirmed=True, by=ana)


def test_the_page_changes_the_environment(browser, company, scope):
    address = reverse("efactura:environment", args=[company.pk])
    assert browser.post(address, {"environment": "productie"}).status_code == 422
    assert browser.post(address, {"environment": "productie", "confirmed": "on"}).status_code == 302
    assert Settings.of_company().environment == "productie"


def test_the_page_shows_each_state(browser, company, scope, spv, ana):
    assert "Firma nu este autorizată" in page(browser, company).content.decode()
    authorisation = authorise(spv, by=ana)
    assert "<strong>Firma este autorizată</strong>" in page(browser, company).content.decode()
    ends = timezone.now() + timedelta(days=3)
    expire(authorisation, access_until=ends, refresh_until=ends)
    assert "Autorizarea se încheie pe" in page(browser, company).content.decode()
    expire(authorisation, refresh_until=timezone.now())
    assert "Autorizarea s-a încheiat pe" in page(browser, company).content.decode()


def test_an_installation_without_a_registration_says_so(browser, company, scope):
    Settings.objects.update_or_create(defaults={"environment": Environment.TEST})
    assert "Instalarea nu este înregistrată la ANAF" in page(browser, company).content.decode()
    assert page(browser, company, "authorise").status_code == 409


def test_the_buttons_of_the_page(browser, company, authorised):
    def press(name: str) -> list[str]:
        return said(browser.post(reverse(f"efactura:{name}", args=[company.pk]), follow=True))

    assert press("test_authorisation") == ["SPV răspunde, iar certificatul are drept pentru firmă."]
    assert press("remove_authorisation") == ["Firma nu mai folosește autorizarea; ce este de trimis așteaptă."]
    assert press("test_authorisation")[0].startswith("Firma nu are autorizare e-Factura.")


def test_the_page_offers_what_the_person_has_already(browser, company, authorised, ana):
    other = make_company("Alta SRL", "27193515")
    make_member(ana, other)
    assert "Folosește autorizarea mea" in page(browser, other).content.decode()
    browser.post(reverse("efactura:use_authorisation", args=[other.pk]), {"authorisation": authorised.pk})
    with company_scope(other.pk):
        assert Access.objects.get().authorisation_id == authorised.pk
