"""An uploaded logo: decoded in full, so that what we keep is a picture, and drawn anew as a PNG of our own making."""

from io import BytesIO

from PIL import Image, ImageFile, ImageOps

from lib.errors import Refused, require

MAX_BYTES = 1024 * 1024
MAX_SIDE = 4000  # pixels
WIDTH, HEIGHT = 600, 600  # of what is kept
FORMATS = ["PNG", "JPEG", "WEBP", "GIF"]

TOO_LARGE = "Fișierul are peste 1 MB. Alegeți o imagine mai mică; restul datelor au rămas pe pagină."
NO_PICTURE = "Fișierul nu este o imagine PNG, JPEG, WebP sau GIF întreagă. Alegeți altul; restul datelor au rămas pe pagină."
TOO_WIDE = f"Imaginea are peste {MAX_SIDE} de pixeli pe o latură. Micșorați-o și încercați din nou."


def read_logo(content: bytes) -> bytes:
    """PNG bytes of the picture in `content`, at most WIDTH × HEIGHT pixels, without the metadata of the original.

    The size is checked before anything is decoded. Refuses: logo_too_large, logo_no_picture, logo_too_wide.
    """
    require(len(content) <= MAX_BYTES, "logo_too_large", TOO_LARGE, "logo")
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            require(max(picture.size) <= MAX_SIDE, "logo_too_wide", TOO_WIDE, "logo")
            ImageFile.LOAD_TRUNCATED_IMAGES = False  # WeasyPrint, once imported, lets half a picture pass in the whole process
            picture.load()
            drawn = ImageOps.exif_transpose(picture).convert("RGBA")
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # what Pillow raises on a broken file
        raise Refused("logo_no_picture", NO_PICTURE, "logo") from error
    drawn.thumbnail((WIDTH, HEIGHT))
    kept = BytesIO()
    drawn.save(kept, "PNG", optimize=True)
    return kept.getvalue()
