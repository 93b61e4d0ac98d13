"""Tenancy in its three layers: the scope of the code, the net under it, and what the database refuses."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from django import forms
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from companies.models import BankAccount, Event
from companies.scope import CompanyModel, NoCompany, company_scope
from invoicing.models import Document, Series
from partners.models import Partner
from tests.factories import make_company, make_draft, make_member, make_partner, make_user
from tests.test_layers import LAYERS, ROOT

COMPANY_MODELS = [model for model in apps.get_models() if issubclass(model, CompanyModel)]

# Work for all companies at once: links and sweeps, each of which opens the scope of a row's company before it does anything.
EVERY_COMPANY = {
    "cashbook/tasks.py": 1,  # the sweep of PDFs of the cash book
    "companies/actions/people.py": 1,  # an invitation is found by its token, by somebody who is in no company yet
    "companies/tasks.py": 1,  # the sweep of e-mails of invitations
    "efactura/announce.py": 1,  # whose administrators hear that an authorisation ends
    "efactura/authorise.py": 3,  # tokens that no company uses any more are destroyed; all who share new ones go on
    "efactura/tasks.py": 9,  # the sweeps of what is sent to SPV and of proof sheets, the daily look for uploads made elsewhere, the inboxes
    "imports/tasks.py": 1,  # the sweep of imports that wait for a worker
    "invoicing/checks.py": 2,  # the proof that no recurrence is older than the VAT status
    "invoicing/customer.py": 1,  # a client's page is found by its address, by somebody who is in no company
    "invoicing/tasks.py": 9,  # the sweeps of PDFs, decisions, sheets, e-mails, reminders, findings, recurring invoices, changes of the VAT status
    "subscriptions/admin.py": 1,  # the operator's list of subscriptions
    "subscriptions/tasks.py": 1,  # the sweep of warnings about the quota
}

QUERIES = {
    "exists": lambda rows: rows.exists(),
    "count": lambda rows: rows.count(),
    "list": lambda rows: list(rows.all()),
    "get": lambda rows: rows.get(pk=1),
    "aggregate": lambda rows: rows.aggregate(models.Max("pk")),
    "update": lambda rows: rows.update(company_id=1),
    "delete": lambda rows: rows.all().delete(),
    "create": lambda rows: rows.create(),
    "bulk_create": lambda rows: rows.bulk_create([rows.model(company_id=1)]),
    "iterator": lambda rows: next(rows.iterator()),
    "raw filter": lambda rows: rows.filter(company_id=1).exists(),
}


@pytest.mark.parametrize("model", COMPANY_MODELS, ids=lambda model: model._meta.label)
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_without_a_company_does_not_run(db, model, query):
    with pytest.raises(NoCompany):
        query(model.objects)


@pytest.mark.parametrize("model", COMPANY_MODELS, ids=lambda model: model._meta.label)
def test_the_way_from_one_row_to_another_is_behind_the_scope_too(model):
    assert model._meta.base_manager_name == "objects"


def test_every_model_of_ours_is_company_data_or_shared_on_purpose():
    ours = {model._meta.label for model in apps.get_models() if model.__module__.split(".")[0] in LAYERS}
    shared = {"accounts.User", "companies.Company", "companies.Membership", "subscriptions.Plan", "efactura.Authorisation"}
    shared |= {"catalog.Unit", "catalog.VatRate", "catalog.ExchangeRate", "cashbook.CashCeiling"}
    assert ours - {model._meta.label for model in COMPANY_MODELS} == shared


def test_rows_of_another_company_are_not_there(db):
    ours, theirs = make_company(), make_company("Alta SRL", "14399840")
    with company_scope(theirs.pk):
        partner = make_partner(cif="RO27193515")
    with company_scope(ours.pk):
        assert not Partner.objects.filter(pk=partner.pk).exists()
        assert Partner.objects.filter(pk=partner.pk).update(name="x") == 0
        assert Partner.objects.filter(pk=partner.pk).delete()[0] == 0


def test_scopes_nest_and_close(db):
    ours, theirs = make_company(), make_company("Alta SRL", "14399840")
    with company_scope(ours.pk), company_scope(theirs.pk):
        assert BankAccount.objects.get().company_id == theirs.pk
    with pytest.raises(NoCompany):
        BankAccount.objects.get()


def test_a_form_built_without_a_company_is_harmless_until_it_is_used(db):
    class Choice(forms.Form):
        series = forms.ModelChoiceField(Series.objects.all())

    ours, theirs = make_company(), make_company("Alta SRL", "14399840")
    with pytest.raises(NoCompany):
        str(Choice())
    with company_scope(theirs.pk):
        foreign = Series.objects.get()
    with company_scope(ours.pk):
        assert not Choice({"series": foreign.pk}).is_valid()
        assert Choice({"series": Series.objects.get().pk}).is_valid()


def test_the_uses_of_every_company_are_the_listed_ones():
    used = Counter(
        str(path.relative_to(ROOT))
        for folder in LAYERS
        for path in (ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "every_company"
    )
    assert used == Counter(EVERY_COMPANY)


def test_nobody_goes_round_the_manager():
    """`_base_manager` and `Manager()` of Django see every company; ours is the only door."""
    doors = {"_base_manager", "_default_manager", "base_manager", "default_manager"}
    assert [
        str(path) for path in _sources() if doors & {n.attr for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Attribute)}
    ] == []


KEYS = [
    (model, field)
    for model in COMPANY_MODELS
    for field in model._meta.local_fields
    if isinstance(field, models.ForeignKey) and issubclass(field.related_model, CompanyModel)
]


@pytest.mark.parametrize(
    ("model", "field"), KEYS, ids=lambda part: getattr(getattr(part, "_meta", part), "label", getattr(part, "name", ""))
)
def test_a_key_between_company_tables_wants_the_same_company(db, model, field):
    """When it fails: `same_company("table", "column", "target")` in a migration, and `db_constraint=False` on the field."""
    table, target = model._meta.db_table, field.related_model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [f"{table}_{field.column}_same_company"])
        found = [row[0] for row in cursor.fetchall()]
    assert found == [f"FOREIGN KEY (company_id, {field.column}) REFERENCES {target}(company_id, id) DEFERRABLE INITIALLY DEFERRED"]


def test_there_are_no_tables_between_company_tables_that_nobody_guards():
    assert [field for model in COMPANY_MODELS for field in model._meta.local_many_to_many] == []


@pytest.mark.parametrize(("column", "model"), [("partner_id", Partner), ("series_id", Series)])
def test_the_database_refuses_a_row_of_another_company(db, column, model):
    ours, theirs = make_company(), make_company("Alta SRL", "14399840")
    with company_scope(theirs.pk):
        make_partner(cif="RO27193515")
        foreign = model.objects.get().pk
    with company_scope(ours.pk):
        draft = make_draft()
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE invoicing_document SET {column} = %s WHERE id = %s", [foreign, draft.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_company_does_not_show_the_logo_of_another(db):
    ours, theirs = make_company(), make_company("Alta SRL", "14399840")
    with pytest.raises(IntegrityError, match="same_company"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO companies_storedfile (company_id, sha256, media_type, size, content, stored_at)"
            " VALUES (%s, '', 'image/png', 0, '', now()) RETURNING id",
            [theirs.pk],
        )
        cursor.execute("UPDATE companies_company SET logo_id = %s WHERE id = %s", [cursor.fetchone()[0], ours.pk])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_scope_of_a_request_ends_with_it(client, db):
    company = make_company()
    client.force_login(make_member(make_user(), company).user)
    assert client.get(f"/{company.pk}/firma/").status_code == 200
    with pytest.raises(NoCompany):
        Event.objects.exists()


def test_the_switcher_offers_the_companies_of_the_person(client, db):
    ours, theirs, other = make_company(), make_company("Alta SRL", "14399840"), make_company("Străină SRL", "27193515")
    ana = make_user()
    make_member(ana, ours)
    make_member(ana, theirs)
    client.force_login(ana)
    page = client.get(f"/{ours.pk}/firma/").content.decode()
    assert [f'href="/{company.pk}/"' in page for company in (ours, theirs, other)] == [True, True, False]


def test_a_document_of_the_scope_is_its_own(db):
    with company_scope(make_company().pk):
        assert Document.objects.get(pk=make_draft().pk).company_id == BankAccount.objects.get().company_id


def _sources() -> list[Path]:
    return [path for folder in LAYERS for path in (ROOT / folder).rglob("*.py")]
