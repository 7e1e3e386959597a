"""公众: what a citizen sends comes in; its receipt, its place in the queue and what is told of it go out."""

from __future__ import annotations

from riverchief.ground.citizens import puzzle, queue, receipt, survey, telling
from riverchief.ground.citizens.rules import Kind, Question, Rules, rules

__all__ = ["Kind", "Question", "Rules", "puzzle", "queue", "receipt", "rules", "survey", "telling"]
