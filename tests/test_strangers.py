"""Every page of a company, asked for by those who have no business there. The list of pages is the resolver's own.

Cristi's company gets one row in every table, all with the number FOREIGN, which nothing of Ana's has; her rows are OWN. A view
that forgets the company would find his row, whatever the model behind its key.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

from accounts.models import User
from companies.models import Company, Membership, Role
from companies.scope import CompanyModel, company_scope
from tests.factories import make_company, make_member, make_user

OWN, FOREIGN = 6_660_001, 7_770_001
# Parameters of addresses: those that name a row, and the others with a value for each.
KEYS = {"pk", "mail", "attachment"}
PLAIN = {"kind": "clienti", "fmt": "csv", "occasion": "invoice", "language": "ro", "box": "produse", "revision": "1", "place": "0"}
METHODS = ("get", "post")


@dataclass(frozen=True)
class Page:
    route: str
    parameters: tuple[str, ...]
    view: Any

    @property
    def keys(self) -> list[str]:
        return [name for name in self.parameters if name in KEYS]

    def address(self, company: Company, **keys: int) -> str:
        """The address with the company's number; a row that `keys` does not name is OWN."""
        values = {"company_id": company.pk, **PLAIN, **dict.fromkeys(KEYS, OWN), **keys}
        if unknown := set(self.parameters) - set(values):
            pytest.fail(f"/{self.route}: tests/test_strangers.py has to know of {unknown} whether it names a row (KEYS) or not (PLAIN).")
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(values[part[1]]), self.route)


def pages(resolver: Any = None, route: str = "", parameters: tuple[str, ...] = ()) -> Iterator[Page]:
    """Every page whose address carries a company."""
    for entry in (resolver or get_resolver()).url_patterns:
        names = (*parameters, *entry.pattern.converters)
        if isinstance(entry, URLResolver):
            yield from pages(entry, route + str(entry.pattern), names)
        elif isinstance(entry, URLPattern) and "company_id" in names:
            assert isinstance(entry.pattern, RoutePattern), f"{route}{entry.pattern}: addresses of companies are written with path()"
            yield Page(route + str(entry.pattern), names, entry.callback)


@pytest.fixture
def ours(db: None) -> Company:
    return make_company()


@pytest.fixture
def theirs(db: None) -> Company:
    return make_company("Alta SRL", "14399840")


@pytest.fixture
def cristi(theirs: Company) -> Client:
    return signed_in(make_member(make_user("cristi@exemplu.ro"), theirs).user)


@pytest.fixture
def ana(ours: Company) -> Client:
    return signed_in(make_member(make_user(), ours).user)


def test_there_are_pages_to_walk():
    assert "<int:company_id>/firma/" in {page.route for page in pages()}


@pytest.mark.parametrize("method", METHODS)
def test_r38_a_person_of_another_company_finds_nothing(ours, cristi, method):
    answers = {page.route: ask(cristi, method, page.address(ours)) for page in pages()}
    assert {route: status for route, status in answers.items() if status != 404} == {}


@pytest.mark.parametrize("method", METHODS)
def test_one_who_is_not_signed_in_is_sent_to_sign_in(ours, method):
    client = Client()
    answers = {page.route: getattr(client, method)(page.address(ours)).get("Location", "") for page in pages()}
    assert {route: to for route, to in answers.items() if not to.startswith("/cont/autentificare/?next=")} == {}


def test_keys_of_another_company_lead_nowhere_and_nothing_changes(theirs, ours, ana):
    make_user("plantat@exemplu.ro")  # the newest user is the one of every planted row
    for company, key in ((ours, OWN), (theirs, FOREIGN)):
        with company_scope(company.pk):
            for model in tables():
                plant(model, company, key)
    before = rows()
    addresses = {page.address(ours, **{key: FOREIGN}): page.route for page in pages() for key in page.keys}
    answers = {address: {ask(ana, method, address) for method in METHODS} for address in addresses}
    # 405: a page that only writes does not look at a GET at all.
    assert {addresses[address]: found for address, found in answers.items() if not {404} <= found <= {404, 405}} == {}
    assert rows() == before


def test_every_page_names_its_roles():
    assert [page.route for page in pages() if not getattr(page.view, "roles", None)] == []


@pytest.mark.parametrize("role", Role)
def test_r38_a_role_that_is_not_named_is_refused(ours, role):
    client = signed_in(make_member(make_user("om@exemplu.ro"), ours, role).user)
    closed = [page for page in pages() if role not in page.view.roles]
    answers = {(page.route, method): ask(client, method, page.address(ours)) for page in closed for method in METHODS}
    assert {asked: status for asked, status in answers.items() if status != 403} == {}


def test_only_an_administrator_manages_and_everyone_reads(ours):
    for role, status in ((Role.OWNER, 200), (Role.ISSUER, 403), (Role.ACCOUNTANT, 403), (Role.VIEWER, 403)):
        client = signed_in(make_member(make_user(f"{role}@exemplu.ro"), ours, role).user)
        assert (ask(client, "get", f"/{ours.pk}/firma/"), ask(client, "get", f"/{ours.pk}/cote-tva/")) == (status, 200)


def test_an_unknown_parameter_is_named():
    page = Page("<int:company_id>/x/<int:what>/", ("company_id", "what"), None)
    with pytest.raises(pytest.fail.Exception, match="'what'"):
        page.address(Company(pk=1))


def ask(client: Client, method: str, address: str) -> int:
    return getattr(client, method)(address).status_code


def signed_in(user: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


def tables() -> list[type[models.Model]]:
    return [Membership, *(model for model in apps.get_models() if issubclass(model, CompanyModel))]


def plant(model: type[models.Model], company: Company, key: int) -> None:
    """A row with this key, which points at others with the same key. Triggers and foreign keys sleep; checks do not."""
    for number in (0, 1):
        row = model(pk=key, company=company)
        for field in model._meta.local_concrete_fields:
            if not (field.primary_key or field.name == "company" or field.generated or field.null or field.has_default()):
                setattr(row, field.attname, value_of(field, number, key))
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL session_replication_role = replica")
                model.objects.bulk_create([row])
                cursor.execute("SET LOCAL session_replication_role = DEFAULT")
        except IntegrityError:
            continue
        return
    pytest.fail(f"{model._meta.label}: tests/test_strangers.py can't make a row of it; teach `value_of` a value that its checks allow.")


def value_of(field: models.Field, number: int, key: int) -> object:
    """Any value of a column that has to have one: `key` for company data, `number` where numbers stand."""
    if isinstance(field, models.ForeignKey):
        shared = not issubclass(field.related_model, CompanyModel)
        return field.related_model._default_manager.order_by("-pk").values_list("pk", flat=True).first() if shared else key
    values = {
        "CharField": str(key)[-(field.max_length or 1) :],
        "DateField": "2026-01-01",
        "DateTimeField": "2026-01-01T00:00Z",
        "JSONField": {},
        "BinaryField": b"",
    }
    values |= {"UUIDField": UUID(int=key), "BooleanField": False, "EmailField": "x@exemplu.ro", "TextField": ""}
    return values.get(field.get_internal_type(), number)


def rows() -> dict[str, str]:
    """Every planted row, as the database writes it."""
    found = {}
    with connection.cursor() as cursor:
        for model in tables():
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{model._meta.db_table}" t WHERE id = %s', [FOREIGN])
            found[model._meta.label] = cursor.fetchone()
    assert None not in found.values()
    return found
