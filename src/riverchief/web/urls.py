"""Addresses: the API, the admin, signing in, and the pages, which the front end draws."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.static import serve

from riverchief.web.api import api
from riverchief.web.pages import page, service_worker

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    path("sw.js", service_worker),
    re_path(r"^static/(?P<path>.*)$", serve, {"document_root": settings.STATIC_ROOT}),
    re_path(r"^(?!api/|static/|admin/|accounts/|live).*$", page, name="page"),
]
