"""Addresses: the API, the admin, signing in, and the pages, which the front end draws."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from riverchief.web.api import api
from riverchief.web.errors import no_such_address
from riverchief.web.pages import page, phone_page, root_certificate, service_worker, static_file

# the admin's own form asks for no second factor: whoever comes there signs in as everywhere else
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", api.urls),
    re_path(r"^api/", no_such_address),
    path("sw.js", service_worker),
    path("root.crt", root_certificate),
    path("static/<path:path>", static_file),
    re_path(r"^m(?:/.*)?$", phone_page),
    re_path(r"^(?!api/|static/|admin/|accounts/|live).*$", page, name="page"),
]
