import threading
from datetime import timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from companies import actions, tasks
from companies.models import Event, Invitation, Membership, Role
from companies.scope import company_scope
from lib.errors import Refused
from tests.factories import make_company, make_member, make_user


def link_of(message):
    """The token in the last link of an e-mail."""
    return message.body.split("/firme/invitatie/")[1].split("/")[0]


def sent(invitation):
    """Send the e-mail of an invitation; its token."""
    tasks.send_invitation_mail(invitation.company_id, invitation.pk)
    return link_of(mail.outbox[-1])


@pytest.fixture
def invitation(scope, ana):
    return actions.invite(scope, email=" Dan@Exemplu.ro ", role=Role.ISSUER, by=ana)


def test_a_role_changes_and_the_history_says_so(scope, ana, bogdan):
    assert actions.change_role(bogdan, role=Role.VIEWER, by=ana).role == Role.VIEWER
    event = Event.objects.about(scope).first()
    assert (event.verb, event.data) == ("role_changed", {"email": "bogdan@exemplu.ro", "former": "accountant", "role": "viewer"})


@pytest.mark.parametrize("leave", [True, False])
def test_the_last_administrator_stays(scope, ana, bogdan, leave):
    mine = Membership.objects.get(user=ana)
    with pytest.raises(Refused, match="last_owner"):
        actions.remove_member(mine, by=ana) if leave else actions.change_role(mine, role=Role.VIEWER, by=ana)


def test_one_who_is_removed_is_a_stranger_at_the_next_request(scope, ana, bogdan, client):
    client.force_login(bogdan.user)
    address = f"/{scope.pk}/firma/logo/"
    assert client.get(f"/{scope.pk}/firma/").status_code == 403
    actions.remove_member(bogdan, by=ana)
    assert client.get(f"/{scope.pk}/firma/").status_code == 404
    assert client.get(address).status_code == 404


def test_removing_somebody_who_left_is_refused(scope, ana, bogdan):
    actions.remove_member(Membership.objects.get(pk=bogdan.pk), by=ana)
    with pytest.raises(Refused, match="not_member"):
        actions.change_role(bogdan, role=Role.VIEWER, by=ana)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_who_leave_at_once_leave_one(company, ana):
    dan = make_member(make_user("dan@exemplu.ro"), company)
    ready, outcomes = threading.Barrier(2), []

    def leave(membership):
        with company_scope(company.pk):
            ready.wait()
            try:
                actions.remove_member(membership, by=membership.user)
                outcomes.append("left")
            except Refused as refusal:
                outcomes.append(refusal.code)
        connection.close()

    threads = [threading.Thread(target=leave, args=[membership]) for membership in (dan, Membership.objects.get(user=ana))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["last_owner", "left"]


@pytest.mark.parametrize("sql", ["DELETE FROM companies_membership", "UPDATE companies_membership SET role = 'viewer'"])
def test_the_database_keeps_an_administrator(ana, sql):
    with pytest.raises(IntegrityError, match="without an owner"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.django_db(transaction=True)
def test_the_database_keeps_one_of_two_that_are_deleted_at_once(company, ana):
    make_member(make_user("dan@exemplu.ro"), company)
    ready, outcomes = threading.Barrier(2), []

    def delete(pk):
        try:
            with transaction.atomic():
                Membership.objects.filter(pk=pk).delete()
                ready.wait()
            outcomes.append("deleted")
        except IntegrityError:
            outcomes.append("refused")
        connection.close()

    threads = [threading.Thread(target=delete, args=[pk]) for pk in Membership.objects.values_list("pk", flat=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["deleted", "refused"]


def test_an_invitation_leaves_by_e_mail_and_lets_the_invited_one_in(invitation):
    token = sent(invitation)
    found = actions.find_invitation(token)
    dan = make_user("dan@exemplu.ro")
    assert (found, found.mail_due, mail.outbox[0].to) == (invitation, None, ["dan@exemplu.ro"])
    assert actions.accept_invitation(found, by=dan).role == Role.ISSUER
    assert actions.accept_invitation(found, by=dan).role == Role.ISSUER


def test_only_the_hash_of_a_token_is_kept(invitation):
    token = sent(invitation)
    invitation.refresh_from_db()
    assert token not in str(vars(invitation))
    assert actions.find_invitation(invitation.token_hash) is None


def test_an_e_mail_is_sent_once(invitation):
    sent(invitation)
    tasks.send_invitation_mail(invitation.company_id, invitation.pk)
    assert len(mail.outbox) == 1


def test_the_sweep_sends_what_the_nudge_forgot(invitation, celery_eager):
    tasks.sweep_invitations()
    tasks.sweep_invitations()
    assert [message.to for message in mail.outbox] == [["dan@exemplu.ro"]]


def test_a_server_that_refuses_is_asked_again_later(invitation, rehearsal):
    rehearsal.faults.switch("mail_refused")
    tasks.send_invitation_mail(invitation.company_id, invitation.pk)
    invitation.refresh_from_db()
    assert (invitation.mail_tries, invitation.mailed_at, invitation.mail_error[:18]) == (1, None, "Serverul de e-mail")
    assert invitation.mail_due > timezone.now()


def test_after_the_last_try_nobody_asks_again(invitation, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    Invitation.objects.update(mail_tries=7)
    tasks.send_invitation_mail(invitation.company_id, invitation.pk)
    invitation.refresh_from_db()
    assert (invitation.mail_due, invitation.mail_error) == (None, "Serverul de e-mail nu răspunde.")


def test_an_invitation_is_for_its_address_only(invitation):
    token = sent(invitation)
    with pytest.raises(Refused, match="invitation_for_another"):
        actions.accept_invitation(actions.find_invitation(token), by=make_user("cristi@exemplu.ro"))


def test_a_withdrawn_an_expired_and_a_used_invitation_are_refused(scope, ana, invitation):
    dan = make_user("dan@exemplu.ro")
    Invitation.objects.update(expires_at=timezone.now())
    with pytest.raises(Refused, match="invitation_expired"):
        actions.accept_invitation(invitation, by=dan)
    again = actions.resend_invitation(invitation, by=ana)
    with pytest.raises(Refused, match="invitation_withdrawn"):
        actions.accept_invitation(invitation, by=dan)
    actions.accept_invitation(again, by=dan)
    with pytest.raises(Refused, match="invitation_closed"):
        actions.withdraw_invitation(again, by=ana)
    Invitation.objects.filter(pk=again.pk).update(accepted_by=ana)
    with pytest.raises(Refused, match="invitation_used"):
        actions.accept_invitation(again, by=dan)


def test_who_has_access_is_not_invited_again(scope, ana, bogdan):
    with pytest.raises(Refused, match="already_member"):
        actions.invite(scope, email="BOGDAN@exemplu.ro", role=Role.OWNER, by=ana)


def test_a_company_does_not_flood_mailboxes(scope, ana, invitation):
    many = [
        Invitation(email="x@exemplu.ro", role="viewer", token_hash=str(n), by=ana, expires_at=timezone.now(), withdrawn_at=timezone.now())
        for n in range(49)
    ]
    Invitation.objects.bulk_create(many)
    with pytest.raises(Refused, match="too_many_invitations"):
        actions.invite(scope, email="inca@exemplu.ro", role=Role.VIEWER, by=ana)
    Invitation.objects.filter(email="x@exemplu.ro").update(made_at=timezone.now() - timedelta(days=1))
    assert actions.invite(scope, email="inca@exemplu.ro", role=Role.VIEWER, by=ana).pk


def test_r38_an_accountant_works_in_several_companies(scope, bogdan, client):
    other = make_company("Alta SRL", "14399840")
    make_member(bogdan.user, other, Role.ACCOUNTANT)
    client.force_login(bogdan.user)
    page = client.get("/firme/").content.decode()
    assert [f'href="/{company.pk}/"' in page for company in (scope, other)] == [True, True]
