"""What a file is, told by its content, and a name under which it may be kept and sent.

Source of the kinds: EN 16931-1, BT-125-1, the only ones that an e-invoice may carry.
"""

import re
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from lib.text import normalise

PDF, PNG, JPEG, CSV = "application/pdf", "image/png", "image/jpeg", "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ENDINGS = {PDF: ("pdf",), PNG: ("png",), JPEG: ("jpg", "jpeg"), CSV: ("csv",), XLSX: ("xlsx",), ODS: ("ods",)}
LONGEST_NAME = 100
UNSAFE = re.compile(r'[<>:"/\\|?*]+')


def media_type(name: str, content: bytes) -> str:
    """The kind of a file by its content, "" when it is none that we take; only for text does the name decide."""
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if content.startswith(b"\xff\xd8\xff"):
        return JPEG
    if content.startswith(b"PK\x03\x04"):
        return _sheet(content)
    return CSV if name.lower().endswith(".csv") and _is_table(content) else ""


def safe_name(name: str, kind: str) -> str:
    """The last part of a name without what any system forbids, ending as its kind does: `../a:b.PDF` is `a-b.pdf`."""
    plain = UNSAFE.sub("-", normalise(name.replace("\\", "/").rpartition("/")[2])).strip(" .-")
    stem, dot, ending = plain.rpartition(".")
    if not dot or ending.lower() not in ENDINGS[kind]:
        stem, ending = plain, ENDINGS[kind][0]
    return f"{stem[:LONGEST_NAME].rstrip(' .') or 'fișier'}.{ending.lower()}"


def _sheet(content: bytes) -> str:
    """A spreadsheet; only the list of what is packed and a few bytes are read, so nothing can swell."""
    try:
        with ZipFile(BytesIO(content)) as packed:
            names = set(packed.namelist())
            if {"[Content_Types].xml", "xl/workbook.xml"} <= names:
                return XLSX
            if "mimetype" in names and packed.getinfo("mimetype").file_size == len(ODS):
                return ODS if packed.read("mimetype") == ODS.encode() else ""
    except (BadZipFile, NotImplementedError, RuntimeError):  # a broken, exotically packed or encrypted archive
        return ""
    return ""


def _is_table(content: bytes) -> bool:
    """Whether this is text as spreadsheets write it, in UTF-8 or in the old Romanian code page, and not markup."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1250", errors="replace")
    printable = all(letter.isprintable() or letter in "\t\r\n" for letter in text.replace("\N{NO-BREAK SPACE}", " "))
    return bool(text.strip()) and printable and "\N{REPLACEMENT CHARACTER}" not in text and not text.lstrip().startswith("<")
