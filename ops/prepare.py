"""Before the programs start: migrate, gather the static files when they changed, load the demonstration company once."""

from hashlib import sha256
from pathlib import Path

import django
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command

from ops.local import DEMO_EMAIL, kept_secret, say


def main() -> None:
    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    gather_static()
    load_demo()


def gather_static() -> None:
    """Collect, name by content and compress, as in production; skipped while no file changed."""
    digest = sha256((Path(settings.BASE_DIR) / "requirements.txt").read_bytes())
    for finder in finders.get_finders():
        for name, storage in finder.list([]):
            digest.update(f"{name} {storage.get_modified_time(name).timestamp()} {storage.size(name)}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())


def load_demo() -> None:
    """An empty database gets the demonstration company, whose password is the one kept in `var/`."""
    from accounts.models import User

    if User.objects.exists():
        return
    say("Se încarcă firma demonstrativă…")
    call_command("demo", documents=300, seed=1, email=DEMO_EMAIL, password=kept_secret("demo-password", 9))


if __name__ == "__main__":
    main()
