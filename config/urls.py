"""Every address: a URL names its app and view, the view calls one action."""

from importlib.util import find_spec

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

admin.site.login = secure_admin_login(admin.site.login)  # the one page that counts wrong passwords
urlpatterns = [
    path("operator/", admin.site.urls),
]
for prefix, module in [
    ("cont/", "accounts.urls"),
    ("", "web.urls"),
    ("", "companies.urls"),
    ("", "invoicing.urls_of_all"),
    ("", "invoicing.urls_customer"),
    ("", "efactura.urls_of_all"),
    ("<int:company_id>/", "subscriptions.urls"),
    ("<int:company_id>/", "partners.urls"),
    ("<int:company_id>/", "catalog.urls"),
    ("<int:company_id>/", "invoicing.urls"),
    ("<int:company_id>/", "cashbook.urls"),
    ("<int:company_id>/", "purchases.urls"),
    ("<int:company_id>/", "bank.urls"),
    ("<int:company_id>/", "efactura.urls"),
    ("<int:company_id>/", "imports.urls"),
    ("<int:company_id>/", "reports.urls"),
]:
    if find_spec(module):
        urlpatterns.append(path(prefix, include(module)))
