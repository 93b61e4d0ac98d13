"""The operator's pages: plans, and the subscription of each company."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from companies.models import Company
from companies.scope import company_scope
from subscriptions.actions import subscribe
from subscriptions.models import Plan, Subscription


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = ["name", "documents", "price", "offered"]


class SubscriptionForm(forms.ModelForm):
    company = forms.ModelChoiceField(Company.objects.all(), label="firmă")

    class Meta:
        model = Subscription
        fields = ["plan", "activated_on", "paid_until"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["company"].initial = self.instance.company_id
            self.fields["company"].disabled = self.fields["activated_on"].disabled = True


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """Saved by the same action as everywhere, so that the company's history has it."""

    form = SubscriptionForm
    list_display = ["company", "plan", "activated_on", "paid_until"]
    list_select_related = ["company", "plan"]

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return Subscription.objects.every_company()

    def save_model(self, request: HttpRequest, obj: Subscription, form: SubscriptionForm, change: bool) -> None:
        company = form.cleaned_data["company"]
        with company_scope(company.pk):
            saved = subscribe(company, plan=obj.plan, on=obj.activated_on, by=request.user, paid_until=obj.paid_until)
        obj.pk, obj.company_id = saved.pk, saved.company_id

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
