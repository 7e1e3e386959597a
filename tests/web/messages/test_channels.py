"""Channels against servers that speak as the providers' documents say: taken, refused, slow, a token run out."""

import base64
import hashlib
import hmac
import time

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.web.messages import channels
from riverchief.web.messages.channels import Letter, Undelivered, web
from web.gateway_double import serving

LETTER = Letter("事件 2026-00001 已派给您", "智慧河长", "https://rivers.example/case/case-1", "message-1")
PLAIN = Letter("事件 2026-00001 已派给您", "智慧河长", "", "message-1")


class Provider:
    """Tokens that run out when told to, and an answer to everything else."""

    def __init__(self, token_path, token_answer, stale, send_path, answer):
        self.token_path, self.token_answer, self.stale = token_path, token_answer, stale
        self.send_path, self.answer = send_path, answer
        self.given, self.good = 0, ""

    def __call__(self, asked):
        if asked.path == self.token_path:
            self.given += 1
            self.good = f"token-{self.given}"
            return self.token_answer(self.good)
        token = asked.query.get("access_token") or asked.headers.get("Authorization", "").removeprefix("Bearer ")
        return self.answer(asked) if token == self.good else self.stale


def wecom(answer=None):
    return Provider(
        "/cgi-bin/gettoken",
        lambda token: {"errcode": 0, "errmsg": "ok", "access_token": token, "expires_in": 7200},
        {"errcode": 42001, "errmsg": "access_token expired"},
        "/cgi-bin/message/send",
        answer or (lambda asked: {"errcode": 0, "errmsg": "ok", "msgid": "w-1"}),
    )


def dingtalk(answer=None):
    return Provider(
        "/gettoken",
        lambda token: {"errcode": 0, "access_token": token, "expires_in": 7200},
        {"errcode": 40014, "errmsg": "不合法的access_token"},
        "/topapi/message/corpconversation/asyncsend_v2",
        answer or (lambda asked: {"errcode": 0, "task_id": 256271667526, "request_id": "r"}),
    )


def feishu(answer=None):
    return Provider(
        "/open-apis/auth/v3/tenant_access_token/internal",
        lambda token: {"code": 0, "msg": "ok", "tenant_access_token": token, "expire": 7200},
        (400, {"code": 99991663, "msg": "Invalid access token for authorization"}),
        "/open-apis/im/v1/messages",
        answer or (lambda asked: {"code": 0, "msg": "success", "data": {"message_id": "om_1"}}),
    )


SETTINGS = {
    "wecom": {"corpid": "ww1", "agentid": 1000002, "secret": "s"},
    "dingtalk": {"key": "k", "secret": "s", "agent_id": 41},
    "feishu": {"app_id": "cli_1", "app_secret": "s"},
}
PROVIDERS = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu}


def of(name, gateway):
    return channels.make(name, {**SETTINGS[name], "host": gateway.url})


@pytest.mark.parametrize(("name", "reference"), [("wecom", "w-1"), ("dingtalk", "256271667526"), ("feishu", "om_1")])
def test_one_token_serves_many_and_one_that_ran_out_is_fetched_anew(name, reference):
    provider = PROVIDERS[name]()
    with serving(provider) as gateway:
        channel = of(name, gateway)
        assert channel.send("li.si", LETTER) == reference
        channel.send("li.si", PLAIN)
        assert provider.given == 1
        provider.good = "another"  # the provider forgets ours before its time
        assert channel.send("li.si", PLAIN) == reference
        assert provider.given == 2


def test_wecom_gets_what_its_documents_ask_for():
    with serving(wecom()) as gateway:
        channel = of("wecom", gateway)
        channel.send("li.si", LETTER)
        channel.send("li.si", PLAIN)
        token, card, text = gateway.asked
    assert token.query == {"corpid": "ww1", "corpsecret": "s"}
    assert card.body["touser"] == "li.si"
    assert card.body["agentid"] == 1000002
    assert (card.body["msgtype"], card.body["textcard"]["url"]) == ("textcard", LETTER.link)
    assert text.body["text"] == {"content": PLAIN.text}


def test_wecom_texts_are_cut_at_bytes_not_in_the_middle_of_a_character():
    with serving(wecom()) as gateway:
        of("wecom", gateway).send("li.si", Letter("河" * 1000))
    sent = gateway.asked[-1].body["text"]["content"]
    assert len(sent.encode()) <= 2048
    assert sent.endswith("河…")


def test_dingtalk_tells_who_read_it():
    states = iter(
        [
            {},
            {"unread_user_id_list": ["li.si"]},
            {"read_user_id_list": ["li.si"]},
            {"failed_user_id_list": ["li.si"]},
        ]
    )

    def answer(asked):
        if asked.path.endswith("getsendresult"):
            assert asked.body == {"agent_id": 41, "task_id": 7}
            return {"errcode": 0, "send_result": next(states)}
        return {"errcode": 0, "task_id": 7}

    with serving(dingtalk(answer)) as gateway:
        channel = of("dingtalk", gateway)
        task = channel.send("li.si", PLAIN)
        assert [channel.receipt(task, "li.si") for _ in range(4)] == ["sent", "delivered", "read", "failed"]
    sent = gateway.of("/topapi/message/corpconversation/asyncsend_v2")[0]
    assert sent.body == {
        "agent_id": 41, "userid_list": "li.si", "msg": {"msgtype": "text", "text": {"content": PLAIN.text}},
    }  # fmt: skip


def test_feishu_sends_text_as_json_in_json_and_tells_who_read_it():
    read = iter([{"items": []}, {"items": [{"user_id": "li.si", "timestamp": "1"}]}])

    def answer(asked):
        data = next(read) if asked.path.endswith("/read_users") else {"message_id": "om_9"}
        return {"code": 0, "data": data}

    with serving(feishu(answer)) as gateway:
        channel = of("feishu", gateway)
        name = channel.send("li.si", PLAIN)
        assert [channel.receipt(name, "li.si") for _ in range(2)] == ["delivered", "read"]
    sent = gateway.of("/open-apis/im/v1/messages")[0]
    assert sent.query == {"receive_id_type": "user_id"}
    assert sent.body["content"] == '{"text": "事件 2026-00001 已派给您"}'
    assert sent.body["uuid"] == "message-1"
    assert gateway.asked[-1].path == "/open-apis/im/v1/messages/om_9/read_users"


@pytest.mark.parametrize(
    ("name", "answer", "lasting", "said"),
    [
        ("wecom", {"errcode": 60020, "errmsg": "not allow to access from your ip"}, True, "trusted addresses"),
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}, False, "tried again"),
        ("wecom", {"errcode": 0, "errmsg": "ok", "invaliduser": "li.si"}, True, "visible range"),
        ("wecom", {"errcode": 47999, "errmsg": "something new"}, False, "something new"),
        ("dingtalk", {"errcode": 33012, "errmsg": "无效的USERID"}, True, "no such userid"),
        ("feishu", (400, {"code": 230013, "msg": "Bot has NO availability to this user."}), True, "range"),
        ("feishu", (429, {"code": 99991400, "msg": "request trigger frequency limit"}), False, "tried again"),
        ("wecom", (502, "<html>bad gateway</html>"), False, "502"),
        ("feishu", "not json", False, "understood"),
        ("dingtalk", "not json", False, "no JSON"),
    ],
)
def test_what_a_provider_refuses_is_a_sentence_that_says_whether_to_try_again(name, answer, lasting, said):
    with serving(PROVIDERS[name](lambda asked: answer)) as gateway, pytest.raises(Undelivered, match=said) as caught:
        of(name, gateway).send("li.si", PLAIN)
    assert caught.value.lasting is lasting


def test_who_is_slow_or_away_is_tried_again(monkeypatch):
    monkeypatch.setattr(web, "TIMEOUT_S", 0.2)
    with serving(lambda asked: time.sleep(1)) as gateway:
        with pytest.raises(Undelivered, match=r"within 0\.2 s") as caught:
            web.ask("the gateway", "POST", gateway.url, timeout_s=web.TIMEOUT_S)
        assert caught.value.lasting is False
        url = gateway.url
    with pytest.raises(Undelivered, match="cannot be reached") as caught:
        web.ask("the gateway", "POST", url)
    assert caught.value.lasting is False


def sms(gateway, **more):
    return channels.make("sms", {"url": f"{gateway.url}/v2/send", "success": r'"code":\s*0\b', **more})


@pytest.mark.parametrize("shape", ["json", "form", "query"])
def test_a_text_message_goes_in_the_shape_that_its_gateway_wants(shape, monkeypatch):
    monkeypatch.setenv("SMS_KEY", "k-42")
    body = {"apikey": "env:SMS_KEY", "mobile": "{local_phone}", "text": "【河长办】{text}"}
    letter = Letter('说 "你好" & 再见', fields=(("code", "123456"),))
    with serving(lambda asked: {"code": 0, "sid": 17}) as gateway:
        made = sms(gateway, format=shape, body=body, headers={"X-Code": "{code}"}, reference=r'"sid":\s*(\d+)')
        assert made.send("+8613800138000", letter) == "17"
    asked = gateway.asked[0]
    got = asked.query if shape == "query" else asked.body
    assert got == {"apikey": "k-42", "mobile": "13800138000", "text": '【河长办】说 "你好" & 再见'}
    assert asked.headers["X-Code"] == "123456"


def test_a_gateway_that_answers_200_and_means_no_is_understood():
    with (
        serving(lambda asked: {"code": 33, "msg": "余额不足"}) as gateway,
        pytest.raises(Undelivered, match="余额不足"),
    ):
        sms(gateway).send("+8613800138000", PLAIN)


def test_settings_that_are_wrong_are_named():
    with pytest.raises(InputError, match="sms needs success"):
        channels.make("sms", {"url": "http://x"})
    with pytest.raises(UnknownName, match="sucess"):
        channels.make("sms", {"url": "http://x", "success": "0", "sucess": "0"})
    with pytest.raises(InputError, match="regular expression"):
        channels.make("sms", {"url": "http://x", "success": "("})
    with pytest.raises(InputError, match="no NOT_THERE"):
        channels.make("wecom", {**SETTINGS["wecom"], "secret": "env:NOT_THERE"})
    with pytest.raises(UnknownName, match="wecom"):
        channels.make("wecon", {})


def test_signatures_are_those_of_the_providers_documents():
    """Worked by hand from the two recipes: DingTalk keys with the secret, Feishu with the text itself."""
    from riverchief.web.messages.robots import signature

    text = b"1600000000000\nSEC1"
    assert signature("dingtalk", "SEC1", 1_600_000_000) == {
        "timestamp": "1600000000000",
        "sign": base64.b64encode(hmac.new(b"SEC1", text, hashlib.sha256).digest()).decode(),
    }
    assert (
        signature("feishu", "SEC1", 1_600_000_000)["sign"]
        == base64.b64encode(hmac.new(b"1600000000\nSEC1", b"", hashlib.sha256).digest()).decode()
    )
