"""The operator's pages for companies: who is here and who works there. Company data stays behind the scope, out of reach."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from companies.models import Company, Membership


class ReadOnly:
    """Seen, never changed: changes go through the actions, which know the rules and write the history."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembershipInline(ReadOnly, admin.TabularInline):
    model = Membership
    fields = ("user", "role", "since")
    readonly_fields = ("since",)


@admin.register(Company)
class CompanyAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("name", "cif", "city", "demo", "created_at")
    list_filter = ("demo",)
    search_fields = ("name", "identity")
    fields = ("name", "cif", "reg_no", "street", "city", "county", "postal_code", "phone", "email", "demo", "created_at")
    inlines = (MembershipInline,)
