"""The pages of an account, mounted at /cont/. The views are django-allauth's under Romanian addresses and its own names."""

from allauth.account import views as allauth
from django.urls import path, re_path

from accounts import views

urlpatterns = [
    path("autentificare/", allauth.login, name="account_login"),
    path("iesire/", allauth.logout, name="account_logout"),
    path("inregistrare/", allauth.signup, name="account_signup"),
    path("inactiv/", allauth.account_inactive, name="account_inactive"),
    path("confirmare/parola/", allauth.reauthenticate, name="account_reauthenticate"),
    path("profil/", views.profile, name="account_profile"),
    path("aspect/", views.appearance, name="account_appearance"),
    path("email/", allauth.email, name="account_email"),
    path("email/trimis/", allauth.email_verification_sent, name="account_email_verification_sent"),
    re_path(r"^email/confirmare/(?P<key>[-:\w]+)/$", allauth.confirm_email, name="account_confirm_email"),
    path("parola/schimbare/", allauth.password_change, name="account_change_password"),
    path("parola/alegere/", allauth.password_set, name="account_set_password"),
    path("parola/resetare/", allauth.password_reset, name="account_reset_password"),
    path("parola/resetare/trimisa/", allauth.password_reset_done, name="account_reset_password_done"),
    path("parola/resetare/gata/", allauth.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^parola/resetare/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
