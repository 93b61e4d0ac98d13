"""OAuth with a click instead of a certificate. Source: ANAF, *OAUTH - Procedura de inregistrare aplicatii*."""

import json
import secrets
from base64 import b64decode, urlsafe_b64encode
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA512
from django.template.loader import render_to_string

from efactura.rehearsal.exchange import HTML, Ask, Reply, json_reply
from efactura.rehearsal.signing import signer
from efactura.rehearsal.store import Store
from lib.cif import identity

CLIENT = "repetitie:repetitie"
CODE_SECONDS = 60
# What the page offers: a name, the rights ("*" for all), and what it is good for.
CERTIFICATES = [
    ("Ana Exemplu", "*", "reprezentant legal, cu drepturi în SPV pentru orice firmă"),
    ("Dan Fără Drepturi", "", "certificat bun, neînrolat în SPV pentru nicio firmă"),
]
OWN_PAGE = {"Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'"}


class Certificates:
    def __init__(self, store: Store) -> None:
        self.store = store

    def authorise(self, ask: Ask) -> Reply:
        """The page *Alege certificatul*; with `certificat` in the address, the way back with a code."""
        query = ask.query
        callback = query.get("redirect_uri", "")
        if query.get("client_id") != CLIENT.partition(":")[0] or not callback.startswith(("http://", "https://")):
            return json_reply({"error": "invalid_client"}, 400)
        if query.get("response_type") != "code":
            return json_reply({"error": "invalid_request"}, 400)
        back = {"state": query["state"]} if "state" in query else {}
        chosen = query.get("certificat")
        if chosen is None:
            return self._page(ask)
        if chosen == "niciunul":
            return _to(callback, {**back, "error": "access_denied"})
        rights = identity(query.get("cif", "")) if chosen == "firma" else CERTIFICATES[0][1] if chosen == "0" else ""
        code = secrets.token_urlsafe(24)
        self.store.insert("tokens", token=code, kind=f"code {callback}", rights=rights, until=self.store.now() + CODE_SECONDS)
        return _to(callback, {**back, "code": code})

    def token(self, ask: Ask) -> Reply | None:
        """A pair for a code or for a refresh token. A code that is too old ends as a cut connection, as at ANAF."""
        fields = {name: values[0] for name, values in parse_qs(ask.body.decode("latin-1")).items()}
        scheme, _, given = ask.headers.get("authorization", "").partition(" ")
        known = b64decode(given).decode("latin-1") if scheme == "Basic" else f"{fields.get('client_id')}:{fields.get('client_secret')}"
        if known != CLIENT:
            return json_reply({"error": "invalid_client", "error_description": "Invalid client"}, 400)
        with self.store.lock:
            if fields.get("grant_type") == "authorization_code":
                kind, key = f"code {fields.get('redirect_uri', '')}", fields.get("code", "")
            else:
                kind, key = "refresh", fields.get("refresh_token", "")
            row = self.store.row("SELECT * FROM tokens WHERE token = ? AND kind = ?", key, kind)
            if row is None:
                return json_reply({"error": "invalid_request", "error_description": "Invalid token or code"}, 400)
            if row["until"] < self.store.now():
                return None if kind != "refresh" else json_reply({"error": "invalid_request", "error_description": "Expired"}, 400)
            if kind != "refresh" or self.store.settings["rotate"]:
                self.store.run("DELETE FROM tokens WHERE token = ?", key)
            return json_reply(self.pair(row["rights"], jwt=fields.get("token_content_type") == "jwt"))

    def pair(self, rights: str = "*", *, jwt: bool = True) -> dict[str, object]:
        """New tokens, as the token endpoint answers them."""
        settings = self.store.settings
        access = self._issue("access", rights, settings["access_seconds"], jwt)
        refresh = self._issue("refresh", rights, settings["refresh_seconds"], jwt)
        return {
            "access_token": access,
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": settings["access_seconds"],
            "scope": "",
        }

    def rights_of(self, ask: Ask) -> str | None:
        """The rights behind the token of a call; None without a good one."""
        token = ask.headers.get("authorization", "").removeprefix("Bearer ")
        row = self.store.row("SELECT rights FROM tokens WHERE token = ? AND kind = 'access' AND until > ?", token, self.store.now())
        return row["rights"] if row else None

    def _issue(self, kind: str, rights: str, lasts: int, jwt: bool) -> str:
        until = self.store.now() + lasts
        claims = {"iss": "https://logincert.anaf.ro", "exp": int(until), "jti": secrets.token_hex(8), "token": kind}
        token = _jwt(claims) if jwt else secrets.token_hex(32)
        self.store.insert("tokens", token=token, kind=kind, rights=rights, until=until)
        return token

    def _page(self, ask: Ask) -> Reply:
        certificates = [(number, name, about) for number, (name, _, about) in enumerate(CERTIFICATES)]
        context = {"certificates": certificates, "fields": ask.query.items()}
        back = urlsplit(ask.query["redirect_uri"])  # browsers hold the way back against form-action too
        policy = {"Content-Security-Policy": f"{OWN_PAGE['Content-Security-Policy']} {back.scheme}://{back.netloc}"}
        return Reply(render_to_string("rehearsal/certificates.html", context).encode(), HTML, headers=policy)


def _jwt(claims: dict[str, object]) -> str:
    """RS512, as ANAF's."""
    body = f"{_base64(json.dumps({'alg': 'RS512', 'typ': 'JWT'}).encode())}.{_base64(json.dumps(claims).encode())}"
    return f"{body}.{_base64(signer().key.sign(body.encode(), PKCS1v15(), SHA512()))}"


def _base64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _to(callback: str, query: dict[str, str]) -> Reply:
    return Reply(b"", HTML, 302, {"Location": f"{callback}{'&' if '?' in callback else '?'}{urlencode(query)}"})
