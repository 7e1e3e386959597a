"""报告: facts of a period come in; a bulletin as Word, Excel and PDF in Chinese and English goes out.

The same facts give the same bytes: a document is dated with the end of its period, and nothing else enters it.
"""

from riverchief.govern.report.compare import compared, part_of_changes
from riverchief.govern.report.export import export, exports
from riverchief.govern.report.facts import Facts, Part, Said, facts_from_dict, read_facts
from riverchief.govern.report.kinds import KINDS, LETTERS, Kind, kind_named
from riverchief.govern.report.making import FORMATS, Made, file_name, make
from riverchief.govern.report.period import Period, last_ended, period_named
from riverchief.govern.report.view import Document, document
from riverchief.govern.report.word import copy_templates, template_for

__all__ = [
    "FORMATS",
    "KINDS",
    "LETTERS",
    "Document",
    "Facts",
    "Kind",
    "Made",
    "Part",
    "Period",
    "Said",
    "compared",
    "copy_templates",
    "document",
    "export",
    "exports",
    "facts_from_dict",
    "file_name",
    "kind_named",
    "last_ended",
    "make",
    "part_of_changes",
    "period_named",
    "read_facts",
    "template_for",
]
