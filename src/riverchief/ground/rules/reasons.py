"""Why a patrol does not count: what was found, what is asked, in words that its walker understands."""

from __future__ import annotations

from dataclasses import dataclass

from riverchief.ground.rules.words import CONDITION_NAMES, KIND_NAMES


@dataclass(frozen=True, slots=True)
class Reason:
    """A key for translators, what was found and what is asked with the unit; `about` names a kind or condition."""

    key: str
    found: float
    asked: float
    unit: str
    about: str = ""

    def sentence(self, language: str) -> str:
        """The reason in a sentence, "zh" or "en"."""
        text = _WORDS[self.key][0 if language == "zh" else 1]
        about = "、".join(_NAMES[one][0] for one in self.about.split()) if language == "zh" else ""
        if language != "zh":
            about = " and ".join(_NAMES[one][1] for one in self.about.split())
        return text.format(
            found=_under(self.found, self.asked), asked=f"{self.asked:,g}", short=_short(self), about=about
        )


def _under(found: float, asked: float) -> str:
    """A number in so many digits that it does not look like the limit that it misses."""
    texts = [f"{found:,.{digits}f}" for digits in range(4)]
    return next((text for text in texts if found >= asked or float(text.replace(",", "")) < asked), f"{found:,}")


def _short(reason: Reason) -> str:
    missing = reason.asked - reason.found
    texts = [f"{missing:,.{digits}f}" for digits in range(4)]
    return next((text for text in texts if float(text.replace(",", "")) > 0), f"{missing:,}")


_NAMES = {**KIND_NAMES, **CONDITION_NAMES}

_WORDS: dict[str, tuple[str, str]] = {
    "patrol.too_short_time": (
        "时间少了{short}分钟：巡了{found}分钟，要求不少于{asked}分钟。",
        "Too short by {short} min: {found} min of the {asked} min asked.",
    ),
    "patrol.too_short_way": (
        "路程少了{short}米：走了{found}米，要求不少于{asked}米。",
        "Too short by {short} m: {found} m of the {asked} m asked.",
    ),
    "patrol.too_soon": (
        "距上次有效巡河结束仅{found}小时，要求间隔不少于{asked}小时。",
        "{found} h after the last one that counted; {asked} h asked.",
    ),
    "patrol.out_of_season": ("不在规定的巡河月份内。", "Out of season: nothing is asked for in this period."),
    "patrol.no_track": ("没有轨迹记录，规则要求开启轨迹。", "No track was recorded, and the rule asks for one."),
    "patrol.too_few_photos": (
        "只有{found}张照片，要求不少于{asked}张。",
        "{found} photographs of the {asked} asked.",
    ),
    "patrol.not_accepted": ("本规则不认可以{about}代替巡河。", "The rule does not accept {about} in place of a walk."),
    "patrol.condition": (
        "代替巡河须满足：{about}，当日不满足。",
        "Accepted only where the stretch is {about}, which it was not on that day.",
    ),
    "patrol.substituted_enough": (
        "本周期内以{about}代替巡河已达上限{asked}次。",
        "No more than {asked} in a period may be {about}.",
    ),
    "patrol.elsewhere": ("没有巡到责任河段。", "Saw nothing of the stretch that the chief answers for."),
}
