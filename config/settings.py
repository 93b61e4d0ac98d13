"""Every setting, read from the environment. A missing secret stops the start (docs/operations.md lists them)."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import environ
from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env", overwrite=False)

# `./run` and `./check` set FACTURIER_ENV=local; anything else is production and wants every secret spelled out.
LOCAL = env("FACTURIER_ENV", default="production") == "local"
DEBUG = env.bool("DEBUG", default=False)


def required(name: str, *, local: str) -> str:
    """A value that production has to give; its absence stops the start, loudly. On a developer's machine, `local`."""
    value = env(name, default=local if LOCAL else "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Facturier does not start without it: see docs/operations.md.")
    return value


SECRET_KEY = required("SECRET_KEY", local="local-only-not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz")
ALLOWED_HOSTS = required("ALLOWED_HOSTS", local="localhost,127.0.0.1,[::1]").split(",")
BASE_URL = required("BASE_URL", local="http://127.0.0.1:8000").rstrip("/")  # links in e-mails

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "django_htmx",
    "accounts",
    "companies",
    "subscriptions",
    "partners",
    "catalog",
    "invoicing",
    "cashbook",
    "purchases",
    "bank",
    "efactura",
    "imports",
    "reports",
    "web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "companies.middleware.CompanyMiddleware",
    "web.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "web.context.frame",
            ],
            "builtins": ["web.templatetags.facturier"],
        },
    }
]

DATABASES = {"default": env.db_url_config(required("DATABASE_URL", local="postgresql:///facturier"))}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"].setdefault("server_side_binding", False)
REDIS_URL = required("REDIS_URL", local="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "facturier",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "/cont/autentificare/"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_RATE_LIMITS = {"signup": "20/h/ip"}  # signing up says whether an address has an account (docs/decisions/073)
# How many proxies stand before gunicorn: limits on signing in are for the address that the outermost of them saw.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=0 if LOCAL else 1)
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "signup": "accounts.forms.SignupForm",
    "add_email": "accounts.forms.AddEmailForm",
    "change_password": "accounts.forms.ChangePasswordForm",
    "set_password": "accounts.forms.SetPasswordForm",
    "reset_password": "accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
FORM_RENDERER = "lib.forms.Renderer"

LANGUAGE_CODE = "ro"
LANGUAGES = [("ro", "română"), ("en", "English")]
TIME_ZONE = "Europe/Bucharest"
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
FORMAT_MODULE_PATH = ["config.formats"]

STATIC_URL = "static/"
STATIC_ROOT = Path(env("STATIC_ROOT", default=str(BASE_DIR / "var" / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files named by their content, compressed, kept by browsers for ever. `./run` gathers them too; tests read them where they are.
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=not LOCAL)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing is kept on a web machine's disk
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not STATIC_MANIFEST
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 30_000

vars().update(env.email_url_config(required("EMAIL_URL", local="smtp://127.0.0.1:1025")))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = required("DEFAULT_FROM_EMAIL", local="Facturier <facturier@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
ADMINS = [("", address) for address in env.list("OPERATORS", default=[])]  # who hears of books that do not add up

# The network. `./run` points both at the rehearsal services unless the environment says otherwise.
ANAF_REGISTER_URL = env("ANAF_REGISTER_URL", default="https://webservicesp.anaf.ro/api/PlatitorTvaRest/v9/tva")
BNR_URL = env("BNR_URL", default="https://curs.bnr.ro")
REHEARSAL_URL = env("REHEARSAL_URL", default="").rstrip("/")

# e-Factura: ANAF's hosts, our registration there, and the keys that the tokens are sealed with (the first seals, all open).
EFACTURA_API_URL = env("EFACTURA_API_URL", default="https://api.anaf.ro")
EFACTURA_PUBLIC_URL = env("EFACTURA_PUBLIC_URL", default="https://webservicesp.anaf.ro")
EFACTURA_OAUTH_URL = env("EFACTURA_OAUTH_URL", default="https://logincert.anaf.ro/anaf-oauth2/v1")
EFACTURA_CLIENT_ID = env("EFACTURA_CLIENT_ID", default="")
EFACTURA_CLIENT_SECRET = env("EFACTURA_CLIENT_SECRET", default="")
EFACTURA_TIMEOUT = env.int("EFACTURA_TIMEOUT", default=120)  # seconds; ANAF is slow at times
EFACTURA_TOKEN_KEYS = required("EFACTURA_TOKEN_KEYS", local=urlsafe_b64encode(sha256(SECRET_KEY.encode()).digest()).decode()).split(",")
for key in EFACTURA_TOKEN_KEYS:
    try:
        Fernet(key)
    except ValueError:
        raise ImproperlyConfigured("EFACTURA_TOKEN_KEYS holds a value that is no Fernet key: see docs/operations.md.") from None

CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")  # kombu's words for a socket
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_TIME_LIMIT = 300
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600, "socket_connect_timeout": 3}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}

if not LOCAL:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
SILENCED_SYSTEM_CHECKS = ["security.W019"]  # our own pages frame what they preview; no other site may
