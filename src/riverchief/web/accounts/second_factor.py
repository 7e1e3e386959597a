"""The second factor (第二因素) of whoever has set one up: a code of an authenticator application, or a recovery code.

Codes are kept and checked by allauth, as on its own pages under `/accounts/2fa/`. A passkey is a way in of its own, no
second factor of a password.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest

from riverchief.base.errors import NotAllowed
from riverchief.web.accounts.models import User

KINDS = {Authenticator.Type.TOTP: TOTP, Authenticator.Type.RECOVERY_CODES: RecoveryCodes}


class SecondFactor(NotAllowed):
    """The password was right; a code is needed beside it."""

    code = "rule.second_factor"


def require(request: HttpRequest, user: User, name: str, code: str) -> None:
    """See that whoever has a second factor gives it. A wrong code counts as a wrong password of this name.

    Parameters
    ----------
    name : str
        As it was typed; wrong tries lock it out.

    Raises
    ------
    SecondFactor
        When no code was given, or one that is wrong or was used.
    """
    known = {one.type: one for one in Authenticator.objects.filter(user=user, type__in=KINDS)}
    if Authenticator.Type.TOTP not in known:
        return
    if not code.strip():
        raise SecondFactor("this account has a second factor; give the code of its authenticator application.")
    if not any(kind(known[one]).validate_code(code.strip()) for one, kind in KINDS.items() if one in known):
        user_login_failed.send(__name__, credentials={"username": name}, request=request)
        raise SecondFactor(
            "this code is wrong or was used; wait for the next one of the authenticator application, or give a "
            "recovery code. After eight wrong tries the name is locked for a quarter of an hour.",
        )
