"""The ZIP that SPV gives: what is in it, and whether its signature holds. Nothing of it is trusted.

Source: ANAF, descarcare; XML Signature Syntax and Processing 1.1, W3C.
"""

import hashlib
import io
import lzma
import re
import zipfile
import zlib
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from lxml import etree

MOST_BYTES = 32 * 1024 * 1024  # unpacked; an upload has 10 MB at most
DS = "{http://www.w3.org/2000/09/xmldsig#}"
CODE = re.compile(r"\[((?:BR|UBL)-[-A-Z0-9_]+)\]|eroare regula:\s*([A-Za-z][\w.-]*)\s*:")
DUPLICATE = re.compile(r"a mai fost transmisa anterior cu index=\s*(\d+)")
HASHES = {"sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384, "sha512": hashes.SHA512}
# What the standard library raises on a damaged archive.
BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)
C14N = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": (False, False),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": (False, True),
    "http://www.w3.org/2001/10/xml-exc-c14n#": (True, False),
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": (True, True),
}


class NotAnArchive(Exception):
    """The bytes are no ZIP of SPV; the message is a Romanian sentence."""


class Finding(NamedTuple):
    """An error that ANAF found. `code` as it shows it, BR-CO-09 or R6.1; "" where the text has none."""

    code: str
    text: str


@dataclass(frozen=True)
class Archive:
    content: bytes  # the invoice, or the document of errors
    signature: bytes
    index: str  # index_incarcare
    errors: list[Finding]  # empty for an invoice

    @property
    def duplicate_of(self) -> str:
        """The index of the first upload, when ANAF refused this one for being the same; otherwise ""."""
        return next((found[1] for error in self.errors if (found := DUPLICATE.search(error.text))), "")


class SignatureCheck(NamedTuple):
    """`good`: True, False, or None where the signature uses what we do not know and ANAF must be asked (spv.public.check_signature)."""

    good: bool | None
    reason: str = ""  # Romanian
    signer: str = ""  # the subject of the certificate
    fingerprint: str = ""  # SHA-256 of the certificate


def read_zip(data: bytes) -> Archive:
    """The two files of an archive. Raises NotAnArchive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as box:
            entries = [info for info in box.infolist() if not info.is_dir()]
            if len(entries) > 10 or sum(info.file_size for info in entries) > MOST_BYTES:
                raise NotAnArchive("Arhiva de la SPV este neobișnuit de mare și nu a fost deschisă.")
            files = {info.filename: _unpacked(box, info) for info in entries}
    except BROKEN as error:
        raise NotAnArchive("Fișierul de la SPV nu este o arhivă întreagă. Se descarcă din nou.") from error
    signatures = [name for name in files if "semnatura" in name.lower()]
    contents = [name for name in files if name not in signatures and name.lower().endswith(".xml")]
    if len(signatures) != 1 or len(contents) != 1:
        raise NotAnArchive("Arhiva de la SPV nu conține un fișier și semnătura lui.")
    content = files[contents[0]]
    found = re.search(r"(\d+)\.xml$", contents[0].lower())
    errors, index = _errors(content)
    return Archive(content, files[signatures[0]], index or (found[1] if found else ""), errors)


def check_signature(archive: Archive) -> SignatureCheck:
    """Whether the signature is over this content and made with the key of its certificate. Who owns the certificate is for the caller."""
    root = _parsed(archive.signature)
    signature = None if root is None else root if root.tag == f"{DS}Signature" else root.find(f".//{DS}Signature")
    if signature is None:
        return SignatureCheck(False, "Fișierul semnăturii nu conține o semnătură XML.")
    try:
        return _check(archive.content, signature)
    except (ValueError, TypeError, AttributeError, KeyError, etree.LxmlError, UnsupportedAlgorithm):
        return SignatureCheck(None, "Semnătura este scrisă într-un fel necunoscut; o poate verifica numai ANAF.")


def _check(content: bytes, signature: Any) -> SignatureCheck:
    info = signature.find(f"{DS}SignedInfo")
    references = info.findall(f"{DS}Reference")
    exclusive, comments = C14N[info.find(f"{DS}CanonicalizationMethod").get("Algorithm")]
    method = info.find(f"{DS}SignatureMethod").get("Algorithm")
    if not references or "#rsa-" not in method:
        raise ValueError("only RSA over at least one reference")
    if not any(_digest_fits(content, reference) for reference in references):
        return SignatureCheck(False, "Semnătura este pentru alt fișier decât cel din arhivă.")
    key, signer, fingerprint = _key(signature)
    value = b64decode(signature.findtext(f"{DS}SignatureValue"))
    alone = _parsed(etree.tostring(info, with_tail=False))  # libxml2 writes a part of a tree with namespaces that are not there
    signed = etree.tostring(alone, method="c14n", exclusive=exclusive, with_comments=comments)
    try:
        key.verify(value, signed, PKCS1v15(), HASHES[method.partition("#rsa-")[2]]())
    except InvalidSignature:
        return SignatureCheck(False, "Semnătura nu este făcută cu cheia certificatului ei.", signer, fingerprint)
    return SignatureCheck(True, "", signer, fingerprint)


def _digest_fits(content: bytes, reference: Any) -> bool:
    """Over the bytes as they are, or over their canonical form, as the transforms say or, without any, either way."""
    algorithm = reference.find(f"{DS}DigestMethod").get("Algorithm").rpartition("#")[2]
    if algorithm not in HASHES:
        raise ValueError(f"{algorithm} is no digest we know")
    wanted = b64decode(reference.findtext(f"{DS}DigestValue"))
    return any(hashlib.new(algorithm, form).digest() == wanted for form in _forms(content))


def _forms(content: bytes) -> Iterator[bytes]:
    """The bytes, then their canonical forms; there are none of what has a relative namespace, which anybody may write."""
    yield content
    root = _parsed(content)
    for exclusive, comments in C14N.values() if root is not None else []:
        with suppress(etree.C14NError):
            yield etree.tostring(root.getroottree(), method="c14n", exclusive=exclusive, with_comments=comments)


def _key(signature: Any) -> tuple[RSAPublicKey, str, str]:
    """The key of the certificate, or one that stands there bare."""
    text = signature.findtext(f".//{DS}X509Certificate")
    if text:
        certificate = x509.load_der_x509_certificate(b64decode(text))
        key = certificate.public_key()
        if not isinstance(key, RSAPublicKey):
            raise ValueError("only RSA")
        return key, certificate.subject.rfc4514_string(), certificate.fingerprint(hashes.SHA256()).hex()
    modulus, exponent = (int.from_bytes(b64decode(signature.findtext(f".//{DS}{name}")), "big") for name in ("Modulus", "Exponent"))
    return RSAPublicNumbers(exponent, modulus).public_key(), "", ""


def _unpacked(box: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """At most what the directory promised, whatever the data say."""
    with box.open(info) as file:
        data = file.read(info.file_size + 1)
    if len(data) > info.file_size:
        raise NotAnArchive("Arhiva de la SPV conține mai mult decât spune și nu a fost deschisă.")
    return data


def _errors(content: bytes) -> tuple[list[Finding], str]:
    """The findings of an error document and the index that it names; none for an invoice."""
    root = _parsed(content)
    if root is None or etree.QName(root).localname != "header":
        return [], ""
    found = [element.get("errorMessage") or "" for element in root.iter("{*}Error", "{*}Errors")]
    return [Finding(_code(text), " ".join(text.split())) for text in found], root.get("Index_incarcare", "")


def _code(text: str) -> str:
    found = CODE.search(text)
    return (found[1] or found[2]) if found else ""


def _parsed(data: bytes) -> Any:
    """The root of an XML, or None when it is none."""
    try:
        return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_blank_text=False))
    except etree.XMLSyntaxError:
        return None
