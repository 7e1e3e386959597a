"""Keys and parameters become words, in the language of whoever reads them."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any, Literal

from riverchief.base.time import CHINA
from riverchief.base.units import PROPERTIES
from riverchief.web.messages import rules

Language = Literal["zh", "en"]
_FIELD = re.compile(r"\{(\w+)\}")
_NO_DUE = {"zh": "由河长办另行确定", "en": "a date that the office sets"}


def language_of(code: str) -> Language:
    """The language of a text for somebody who reads this locale; Chinese where none was chosen."""
    return "en" if code == "en" else "zh"


def _value(name: str, params: dict[str, Any], language: Language) -> str:
    if name == "title":
        return words(f"title.{params.get('title_key', '').rpartition('.')[2]}", params, language)
    if name == "property":
        known = PROPERTIES.get(params.get("property", ""))
        return getattr(known, f"name_{language}") if known else str(params.get("property", ""))
    if name == "due":
        due = params.get("due")
        return f"{datetime.fromisoformat(due).astimezone(CHINA):%Y-%m-%d %H:%M}" if due else _NO_DUE[language]
    found = params.get(f"{name}_{language}") or params.get(f"{name}_zh") or params.get(name)
    return "" if found is None else str(found)


def words(key: str, params: dict[str, Any], language: Language) -> str:
    """A text with its parameters; one that is not known is its key, so that nothing is lost."""
    row: Any = rules.texts()
    for part in key.split("."):
        row = row.get(part, {}) if isinstance(row, dict) else {}
    text = row.get(language) if isinstance(row, dict) else None
    if not text:
        return key
    said = _FIELD.sub(lambda found: _value(found.group(1), params, language), text)
    return said[:1].upper() + said[1:] if language == "en" and not key.startswith("title.") else said
