"""What django-allauth says to people, in Romanian sentences."""

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "Contul este oprit. Vorbiți cu administratorul firmei.",
        "cannot_remove_primary_email": "Adresa principală nu se poate scoate. Alegeți întâi alta ca principală.",
        "duplicate_email": "Adresa este deja în contul dumneavoastră.",
        "email_password_mismatch": "Adresa sau parola nu se potrivesc. Încercați din nou sau alegeți altă parolă cu „Am uitat parola”.",
        "email_taken": "Există deja un cont cu această adresă.",
        "enter_current_password": "Parola de acum nu este aceasta.",
        "incorrect_password": "Parola nu este aceasta.",
        "invalid_or_expired_key": "Legătura a expirat sau a fost folosită deja. Cereți alta.",
        "invalid_password_reset": "Legătura de resetare nu mai este bună. Cereți alta.",
        "max_email_addresses": "Un cont are cel mult %d adrese de e-mail.",
        "too_many_login_attempts": "Prea multe încercări greșite. Așteptați cinci minute și încercați din nou.",
        "unknown_email": "Adresa nu are cont aici.",
        "unverified_primary_email": "Adresa principală trebuie să fie confirmată.",
        "same_as_current": "Scrieți altceva decât ce este acum.",
        "rate_limited": "Prea multe cereri. Așteptați un minut.",
    }
