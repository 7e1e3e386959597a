"""Large answers of the registry: packed for who takes it so, not sent twice, new after a change."""

import gzip
import json

from riverchief.web.basin import registry
from riverchief.web.basin.models import Reach

NETWORK = "/api/v1/basin/network"


def test_an_answer_is_sent_once_and_again_after_a_change(person):
    client = person("county", region="149901000000")
    first = client.get(NETWORK)
    assert first.status_code == 200
    assert first["Cache-Control"] == "private, no-cache"
    again = client.get(NETWORK, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    Reach.objects.filter(pk="qx1").update(name_zh="改名")
    registry.touch()
    changed = client.get(NETWORK, headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200
    assert changed.json()["features"][0]["properties"]["name_zh"] == "改名"


def test_who_takes_it_packed_gets_the_same(person):
    client = person("county", region="149901000000")
    plain = client.get(NETWORK)
    packed = client.get(NETWORK, headers={"Accept-Encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.content)) == plain.json()
    assert client.get(NETWORK, headers={"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]}).status_code == 304


def test_only_those_who_signed_in_get_it(person):
    from django.test import Client

    assert Client().get(NETWORK).status_code == 401
