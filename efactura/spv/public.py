"""ANAF's services that need no token: validation, the official PDF, the check of a signature. Nothing is filed by them.

They follow the company's environment: what belongs to a rehearsal is shown to the rehearsal SPV only.
"""

from secrets import token_hex

from django.utils import timezone

from efactura.spv import answers
from efactura.spv.client import environment_of_company
from efactura.spv.errors import Refusal
from efactura.spv.http import Answer, call
from efactura.spv.limits import take_call
from efactura.spv.values import Standard, Validation

MOST_BYTES = 5 * 1024 * 1024
KINDS = {"UBL": "FACT1", "CN": "FCN"}


def validate(xml: bytes, standard: Standard) -> Validation:
    """ANAF's own word on an XML; raises any SpvError."""
    return answers.validated(_post(f"validare/{KINDS[standard]}", xml), timezone.now())


def to_pdf(xml: bytes, standard: Standard, *, validate: bool = True) -> bytes | Validation:
    """The official PDF; with `validate`, ANAF's findings when there are some. Raises any SpvError."""
    return answers.pdf(_post(f"transformare/{KINDS[standard]}{'' if validate else '/DA'}", xml), timezone.now())


def check_signature(content: bytes, signature: bytes) -> bool:
    """Whether ANAF knows the signature of a downloaded file as its own. Raises any SpvError."""
    environment, boundary = environment_of_company(), token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.xml"\r\nContent-Type: text/xml\r\n\r\n'.encode()
        + data
        for name, data in (("file", content), ("signature", signature))
    ]
    body = b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])
    take_call(environment, timezone.now())
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return answers.signature_good(
        call("POST", f"{environment.hosts.signature}/api/validate/signature", headers=headers, body=body), timezone.now()
    )


def _post(service: str, xml: bytes) -> Answer:
    if len(xml) > MOST_BYTES:
        text = "Marime fisier transmis mai mare de 5 MB."
        raise Refusal("ANAF verifică numai fișiere de cel mult 5 MB. Factura se poate trimite și așa, până la 10 MB.", text, "size")
    environment = environment_of_company()
    take_call(environment, timezone.now())
    return call("POST", f"{environment.hosts.public}/{service}", headers={"Content-Type": "text/plain"}, body=xml)
