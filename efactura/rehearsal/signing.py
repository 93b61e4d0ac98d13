"""The signature of the rehearsal SPV: RSA over the SHA-256 of the file, a detached XML signature, with a key made at its start."""

import hashlib
import io
import zipfile
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from functools import cache
from xml.sax.saxutils import quoteattr

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.x509.oid import NameOID
from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ERRORS = "mfp:anaf:dgti:efactura:mesajEroriFactuta:v1"  # ANAF's spelling


class Signer:
    """A key, its certificate, and what is signed with them."""

    def __init__(self) -> None:
        self.key: RSAPrivateKey = generate_private_key(65537, 2048)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "SPV de repetitie (fara valoare)")])
        start = datetime.now(UTC) - timedelta(days=1)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self.key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(start)
            .not_valid_after(start + timedelta(days=3650))
            .sign(self.key, hashes.SHA256())
        )
        self.certificate = b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()

    def sign(self, content: bytes, name: str) -> bytes:
        """The file of the signature."""
        digest = b64encode(hashlib.sha256(content).digest()).decode()
        info = (
            f'<SignedInfo xmlns="{DS}"><CanonicalizationMethod Algorithm="{C14N}"></CanonicalizationMethod>'
            '<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"></SignatureMethod>'
            f"<Reference URI={quoteattr(name)}>"
            '<DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"></DigestMethod>'
            f"<DigestValue>{digest}</DigestValue></Reference></SignedInfo>"
        )
        signed = etree.tostring(etree.fromstring(info), method="c14n")
        value = b64encode(self.key.sign(signed, PKCS1v15(), hashes.SHA256())).decode()
        return (
            f'<?xml version="1.0" encoding="UTF-8" standalone="no"?><Signature xmlns="{DS}">{info}<SignatureValue>{value}</SignatureValue>'
            f"<KeyInfo><X509Data><X509Certificate>{self.certificate}</X509Certificate></X509Data></KeyInfo></Signature>"
        ).encode()

    def archive(self, content: bytes, index: int) -> bytes:
        """The ZIP of `descarcare`."""
        name = f"{index}.xml"
        box = io.BytesIO()
        with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, content)
            archive.writestr(f"semnatura_{name}", self.sign(content, name))
        return box.getvalue()


@cache
def signer() -> Signer:
    """Made at the first use: a key costs a good part of a second."""
    return Signer()


def error_document(index: int, cif: str, errors: list[str]) -> bytes:
    """What `descarcare` gives in place of a rejected invoice."""
    inner = "".join(f"<Error errorMessage={quoteattr(error)}/>" for error in errors)
    head = f"<header xmlns={quoteattr(ERRORS)} Index_incarcare={quoteattr(str(index))} Cif_emitent={quoteattr(cif)}>"
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{head}{inner}</header>'.encode()
