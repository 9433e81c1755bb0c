"""Django settings."""

SECRET_KEY = "not-a-secret-until-the-real-settings-stand"  # noqa: S105
INSTALLED_APPS: list[str] = []
USE_TZ = True
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
