"""`python -m riverchief.web.loop`: the worker process."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "riverchief.web.settings")
django.setup()

from riverchief.web.loop.worker import run_forever

run_forever()
