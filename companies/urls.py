"""Addresses of companies: those of one company carry its number, the others stand under /firme/."""

from django.urls import include, path

from companies.views import mine, people, period, settings, vat, workplaces

app_name = "companies"

of_one_company = [
    path("firma/", settings.settings, name="settings"),
    path("firma/logo/", settings.logo, name="logo"),
    path("firma/logo/scoate/", settings.logo_remove, name="logo_remove"),
    path("firma/conturi/", settings.account_add, name="account_add"),
    path("firma/conturi/<int:pk>/scoate/", settings.account_remove, name="account_remove"),
    path("firma/conturi/<int:pk>/muta/", settings.account_move, name="account_move"),
    path("firma/conturi/<int:pk>/documente/", settings.account_show, name="account_show"),
    path("firma/tva/<int:pk>/retrage/", vat.vat_status_withdraw, name="vat_status_withdraw"),
    path("firma/tva-la-incasare/", vat.cash_vat_open, name="cash_vat_open"),
    path("firma/tva-la-incasare/<int:pk>/inchide/", vat.cash_vat_close, name="cash_vat_close"),
    path("firma/tva-la-incasare/<int:pk>/retrage/", vat.cash_vat_withdraw, name="cash_vat_withdraw"),
    path("firma/utilizatori/", people.users, name="users"),
    path("firma/utilizatori/<int:pk>/rol/", people.user_role, name="user_role"),
    path("firma/utilizatori/<int:pk>/scoate/", people.user_remove, name="user_remove"),
    path("firma/invitatii/", people.invite, name="invite"),
    path("firma/invitatii/<int:pk>/retrimite/", people.invitation_resend, name="invitation_resend"),
    path("firma/invitatii/<int:pk>/retrage/", people.invitation_withdraw, name="invitation_withdraw"),
    path("sedii/", workplaces.workplace_list, name="workplace_list"),
    path("sedii/nou/", workplaces.workplace_new, name="workplace_new"),
    path("sedii/<int:pk>/", workplaces.workplace_edit, name="workplace_edit"),
    path("sedii/<int:pk>/activ/", workplaces.workplace_active, name="workplace_active"),
    path("sedii/<int:pk>/sterge/", workplaces.workplace_delete, name="workplace_delete"),
    path("perioada/", period.period, name="period"),
    path("firma/paraseste/", people.leave, name="leave"),
]

urlpatterns = [
    path("firme/", mine.company_list, name="company_list"),
    path("firme/invitatie/<str:token>/", mine.invitation, name="invitation"),
    path("<int:company_id>/", include(of_one_company)),
]
