from datetime import date

import pytest

from riverchief.base.errors import InputError, UnknownName
from riverchief.cloud.standards.air.control import control_rules, read_rules
from riverchief.cloud.standards.editions import parse_edition

DAY = date(2026, 11, 20)


def test_a_worse_grade_and_a_graver_level_never_cut_less():
    rules = control_rules(DAY)
    table = [[rules.cut(grade, level).cut_percent for level in rules.levels] for grade in rules.grades]
    assert all(row == sorted(row) for row in table)
    assert all(list(column) == sorted(column) for column in zip(*table, strict=True))


def test_the_template_says_that_nobody_confirmed_it():
    edition = control_rules(DAY).edition
    assert not edition.confirmed
    assert "占位" in edition.note_zh
    assert "nobody has confirmed" in edition.note_en


def test_what_the_rules_do_not_know_is_named():
    rules = control_rules(DAY)
    with pytest.raises(UnknownName, match="performance grade 'E'"):
        rules.cut("E", "red")
    with pytest.raises(UnknownName, match="did you mean 'orange'"):
        rules.cut("A", "oranje")
    with pytest.raises(InputError, match="no rules for the control list are in force on 2001-01-01"):
        control_rules(date(2001, 1, 1))


def rules_of(measures):
    return parse_edition(
        f"""
        edition = "mine"
        name_zh = "甲"
        name_en = "a"
        document = "none"
        valid_from = 2026-01-01
        confidence = "C"
        levels = ["yellow", "red"]
        grades = ["A"]
        measure = [{measures}]
        """
    )


def test_a_gap_and_a_second_measure_are_refused():
    with pytest.raises(InputError, match="mine has no measure for A at red"):
        read_rules(rules_of('{grade = "A", level = "yellow", cut_percent = 1, zh = "甲", en = "a"}'))
    twice = '{grade = "A", level = "*", cut_percent = 1, zh = "甲", en = "a"},' * 2
    with pytest.raises(InputError, match="A at yellow stands there twice"):
        read_rules(rules_of(twice))
