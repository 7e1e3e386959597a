"""Settings of the platform (placeholder head; filled by the web skeleton)."""

SECRET_KEY = "development"
INSTALLED_APPS: list[str] = []
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
USE_TZ = True
