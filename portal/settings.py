"""Every setting of the portal, read from the environment (see docs/operations.md for the table)."""

from pathlib import Path

import django_stubs_ext
import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from kombu import Queue

# Lets ModelForm[User] and the like, which the type checker asks for, be written at run time.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")

# What this installation is -------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demo shows its logins, runs without second factor and prints 演示 on every page and PDF.
DEMO = env.bool("DEMO", default=False)
SECRET_KEY = env.str("SECRET_KEY", default="")
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
FONT_DIR = Path(env.str("FONT_DIR", default=str(VAR_DIR / "fonts")))

INSTALLED_APPS = [
    "reviews.admin_config.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    # Widget templates of its own, for the renderer that also finds ours.
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "django_filters",
    "django_htmx",
    "csp",
    "portal.face",
    "portal.people",
    "portal.audit",
    "portal.files",
    "portal.holidays",
    "portal.jobs",
    "portal.mail",
    "portal.documents",
    "portal.seals",
    "portal.register",
    "calls",
    "applications",
    "reviews",
    *(["demo"] if DEMO else []),
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.ArrivalMiddleware",
    "portal.audit.origin.OriginMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "portal.middleware.StaffSecondFactorMiddleware",
    "portal.register.middleware.UnitMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = ["portal"]
CRISPY_TEMPLATE_PACK = "portal"
CRISPY_FAIL_SILENTLY = False

# Data ----------------------------------------------------------------------------------------
DATABASES = {
    "default": {
        **env.db("DATABASE_URL", default="postgres://portal@127.0.0.1:5432/portal"),
        "CONN_MAX_AGE": env.int("DATABASE_CONN_MAX_AGE", default=60),
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": env.bool("DATABASE_POOLED", default=False),
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
# A frozen Redis must cost two seconds at most, never a hanging request.
REDIS_TIMEOUT = 2
CACHES = {
    "default": {
        "BACKEND": "portal.cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "portal",
        "OPTIONS": {"socket_timeout": REDIS_TIMEOUT, "socket_connect_timeout": REDIS_TIMEOUT},
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# People --------------------------------------------------------------------------------------
AUTH_USER_MODEL = "people.User"
# Extends Django's own backend; that one beside it would only hash each wrong password twice.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "portal.people.hashers.TunedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "portal.people.passwords.LengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = env.str("ACCOUNT_EMAIL_VERIFICATION", default="mandatory")
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_ADAPTER = "portal.register.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "portal.register.forms.SignupForm",
    "change_password": "portal.register.forms.ChangePasswordForm",
    "set_password": "portal.register.forms.SetPasswordForm",
    "reset_password_from_key": "portal.register.forms.ResetPasswordKeyForm",
}
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
if DEBUG:
    ACCOUNT_RATE_LIMITS = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = env.str("MFA_TOTP_ISSUER", default="科协申报门户")

# Language and time ---------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# Files and pages -----------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = VAR_DIR / "media"
STORAGE_BUCKET = env.str("STORAGE_BUCKET", default="")
STORAGES = {
    "default": (
        {
            "BACKEND": "storages.backends.s3.S3Storage",
            "OPTIONS": {
                "bucket_name": STORAGE_BUCKET,
                "endpoint_url": env.str("STORAGE_ENDPOINT", default="") or None,
                "access_key": env.str("STORAGE_ACCESS_KEY", default="") or None,
                "secret_key": env.str("STORAGE_SECRET_KEY", default="") or None,
                "region_name": env.str("STORAGE_REGION", default="") or None,
                "default_acl": "private",
                "file_overwrite": False,
                "querystring_auth": True,
            },
        }
        if STORAGE_BUCKET
        else {"BACKEND": "portal.files.storage.DurableFileStorage"}
    ),
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4000
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=30 * 1024 * 1024)
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "portal.files.uploads.BoundedUploadHandler",
]
# Where clamd listens (a path); without it files are usable at once, with it after a clean scan.
CLAMAV_SOCKET = env.str("CLAMAV_SOCKET", default="")

# Seals ---------------------------------------------------------------------------------------
# What locks seals at rest: 32 bytes in Base64; the first key locks, each one opens.
SEAL_KEY = env.list("SEAL_KEY", default=[])
# A timestamp authority (RFC 3161) proves when a seal was used; else the portal's word stands.
SEAL_TSA_URL = env.str("SEAL_TSA_URL", default="")
# An e-seal service that keeps the keys of seals itself.
SEAL_SERVICE_URL = env.str("SEAL_SERVICE_URL", default="").rstrip("/")
SEAL_SERVICE_TOKEN = env.str("SEAL_SERVICE_TOKEN", default="")

# Mail ----------------------------------------------------------------------------------------
vars().update(env.email("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 10
# How long a mail waits before it leaves, so that staff can stop it.
MAIL_HOLD_SECONDS = env.int("MAIL_HOLD_SECONDS", default=0)
# Mails that have left and messages inside the portal are forgotten after so many days.
MESSAGE_DAYS = env.int("MESSAGE_DAYS", default=730)
# So are the files of exports.
EXPORT_DAYS = env.int("EXPORT_DAYS", default=30)
# Months for which forms are kept that promise no time of their own beside their questions.
RETENTION_MONTHS = env.int("RETENTION_MONTHS", default=36)
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="noreply@portal.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Work outside the request --------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL
CELERY_BROKER_CONNECTION_TIMEOUT = REDIS_TIMEOUT
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": REDIS_TIMEOUT,
    "socket_connect_timeout": REDIS_TIMEOUT,
    "max_retries": 1,
    "visibility_timeout": 600,
    "queue_order_strategy": "priority",
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_DEFAULT_QUEUE = "default"
# In the order they are emptied: a hand-in's form never waits behind a preview or a batch.
CELERY_TASK_QUEUES = [
    Queue(name, routing_key=name) for name in ("handin", "default", "preview", "batch")
]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# Tasks of higher apps are named by string, so that this file imports nothing of theirs.
CELERY_BEAT_SCHEDULE = {
    "send-waiting-mail": {"task": "portal.mail.tasks.sweep", "schedule": 60},
    "render-waiting-documents": {"task": "portal.documents.tasks.sweep", "schedule": 60},
    "hand-over-lost-jobs": {"task": "portal.jobs.tasks.sweep", "schedule": 60},
    "scan-waiting-files": {"task": "portal.files.tasks.sweep", "schedule": 300},
    "remove-orphaned-files": {"task": "portal.files.tasks.remove_orphans", "schedule": 86_400},
    "seal-audit-chain": {"task": "portal.audit.tasks.seal_chain", "schedule": 60},
    "remind-before-deadlines": {"task": "applications.tasks.remind", "schedule": 300},
    "move-drafts-to-newest-form": {"task": "applications.tasks.move_drafts", "schedule": 300},
    "set-empty-forms": {"task": "calls.tasks.order_blank_forms", "schedule": 900},
    "tell-of-amendments": {"task": "applications.tasks.tell_amended", "schedule": 300},
    "remind-of-projects": {"task": "applications.tasks.remind_projects", "schedule": 600},
    "write-down-what-is-overdue": {"task": "applications.tasks.write_debts", "schedule": 3600},
    "erase-forms-whose-time-is-over": {
        "task": "applications.tasks.erase_due",
        "schedule": 86_400,
    },
    "erase-old-exports": {"task": "portal.jobs.tasks.forget_exports", "schedule": 86_400},
    "forget-old-messages": {"task": "portal.mail.tasks.forget", "schedule": 86_400},
    "remind-staff-of-unchecked": {"task": "reviews.tasks.remind_staff", "schedule": 300},
    "remind-experts-of-sheets": {"task": "reviews.tasks.remind_experts", "schedule": 300},
}

# Safety --------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
# HTTPS is the rule; the demo and a developer's machine speak plain HTTP on the loopback.
HTTPS = env.bool("HTTPS", default=not (DEBUG or DEMO))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
# Forwarded headers are believed only where the operator says that a proxy sets them.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {"fontTools": {"level": "ERROR"}, "weasyprint": {"level": "ERROR"}},
}
