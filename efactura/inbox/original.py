"""The bytes as they came: the signed ZIP, and the XML inside."""

from companies.models import StoredFile
from efactura.models import ReceivedMessage
from efactura.spv.archive import NotAnArchive, read_zip
from lib.errors import Refused, require

MISSING = "Arhiva semnată nu a fost încă descărcată din SPV."


def zip_of(row: ReceivedMessage) -> bytes:
    """Refuses: archive_missing."""
    require(row.archive_id, "archive_missing", MISSING)
    return bytes(StoredFile.objects.get(pk=row.archive_id).content)


def xml_of(row: ReceivedMessage) -> bytes:
    """Refuses: archive_missing, archive_not_readable."""
    try:
        return read_zip(zip_of(row)).content
    except NotAnArchive as error:
        raise Refused("archive_not_readable", f"{error} Descărcați arhiva așa cum este.") from None
