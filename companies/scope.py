"""Tenancy: which company the running code works for, and a net under every query that fails closed.

The filter is an expression that reads the active company when the SQL is compiled, so a queryset built without a company
(a form class at import) is harmless, and running it without one raises `NoCompany`, whatever the verb.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models


class NoCompany(RuntimeError):
    """Company data was asked for with no company active."""


_active: ContextVar[int | None] = ContextVar("active_company", default=None)


def active_company_id() -> int:
    """The id of the active company; raises `NoCompany` when there is none."""
    if (company_id := _active.get()) is None:
        raise NoCompany("No company is active: wrap the code in company_scope(company_id).")
    return company_id


@contextmanager
def company_scope(company_id: int) -> Iterator[None]:
    """Work for one company: queries of company data see its rows only, new rows are its own."""
    token = _active.set(company_id)
    try:
        yield
    finally:
        _active.reset(token)


class ActiveCompany(models.Expression):
    """The active company's id, read when the query is compiled."""

    output_field = models.BigIntegerField()

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[int]]:
        return "%s", [active_company_id()]


class CompanyQuerySet(models.QuerySet):
    """Base of the querysets of company data."""

    def bulk_create(self, objs: Any, *args: Any, **kwargs: Any) -> Any:
        active_company_id()
        return super().bulk_create(objs, *args, **kwargs)


_narrowed: dict[tuple[type, type], CompanyQuerySet] = {}


class CompanyManager(models.Manager.from_queryset(CompanyQuerySet)):  # type: ignore[misc]
    """Sees the active company's rows; without an active company every query raises `NoCompany`."""

    def get_queryset(self) -> CompanyQuerySet:
        """The filter is built once for each kind of queryset and copied from then on, which costs a tenth."""
        if self._db or self._hints:
            return super().get_queryset().filter(company_id=ActiveCompany())
        key = self.model, self._queryset_class
        if key not in _narrowed:
            _narrowed[key] = super().get_queryset().filter(company_id=ActiveCompany())
        return _narrowed[key].all()

    def every_company(self) -> CompanyQuerySet:
        """Rows of all companies, for sweeps and support only; the uses are listed in tests/companies/test_scope.py."""
        return super().get_queryset()


class CompanyModel(models.Model):
    """Base of every table of company data: `company` is filled from the scope, never by hand."""

    company = models.ForeignKey(
        "companies.Company", models.PROTECT, default=active_company_id, editable=False, related_name="+", db_index=False
    )

    objects = CompanyManager()

    class Meta:
        abstract = True
        base_manager_name = "objects"
