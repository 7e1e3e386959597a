"""What sheets can take from riverchief itself: every `source` that a sheet file may name, with its records.

A collector gives a number for a region and a span, or None with the reason in both languages. It never guesses: where
nothing was measured, planned or registered that the number could rest on, there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from riverchief.base.basin import Chief, Facility, Project, Section
from riverchief.base.regions import contains
from riverchief.base.spans import Span
from riverchief.base.time import CHINA, day_of_closing_stamp, local_day
from riverchief.cloud.standards.water.periods import PeriodVerdict
from riverchief.govern.sheets import Input
from riverchief.ground import casetypes, citizens, projects, states
from riverchief.ground.assignment import LEVELS
from riverchief.web import context
from riverchief.web.cloud import evaluation, flows
from riverchief.web.cloud.models import Alert, Verdict
from riverchief.web.ground import ruling
from riverchief.web.ground.models import Case, Letter, Patrol, PlotCheck
from riverchief.web.public.models import CitizenReport, SurveyAnswer

DISCHARGING = ("outfall", "works", "enterprise")
GOOD_CLASS, WORST_CLASS = 3, 6


@dataclass
class Facts:
    """Everything of a span that collectors ask for, read once for all regions.

    Parameters
    ----------
    span : Span
    now : datetime
        What comes later has not happened yet.
    """

    span: Span
    now: datetime

    @property
    def start(self) -> datetime:
        """First instant of the span."""
        return datetime.combine(self.span.first, datetime.min.time(), CHINA)

    @property
    def end(self) -> datetime:
        """The instant after its last one."""
        return datetime.combine(self.span.after, datetime.min.time(), CHINA)

    @property
    def last_day(self) -> date:
        """The last day of the span that has begun."""
        return min(self.span.last, local_day(self.now))

    @cached_property
    def cases(self) -> list[Case]:
        """Cases opened before the end of the span that somebody had to solve."""
        return list(Case.objects.filter(opened_at__lt=self.end).exclude(state__in=states.IDLE))

    @cached_property
    def patrols(self) -> dict[str, list[Patrol]]:
        """Finished, valid patrols of the span, by chief."""
        found: dict[str, list[Patrol]] = {}
        for patrol in Patrol.objects.filter(
            finished_at__isnull=False, started_at__gte=self.start, started_at__lt=self.end
        ):
            if patrol.counts:
                found.setdefault(patrol.chief, []).append(patrol)
        return found

    @cached_property
    def letters(self) -> list[Letter]:
        """Letters issued before the end of the span and not withdrawn."""
        issued = Letter.objects.filter(state__in=("issued", "answered"), issued_at__lt=self.end)
        return list(issued.select_related("case"))

    @cached_property
    def answers(self) -> list[SurveyAnswer]:
        """Answers of the survey at the signs within the span."""
        return list(SurveyAnswer.objects.filter(at__gte=self.start, at__lt=self.end))

    @cached_property
    def reports(self) -> list[CitizenReport]:
        """Reports by citizens within the span that the office took up."""
        taken = CitizenReport.objects.filter(at__gte=self.start, at__lt=self.end, state__in=("case", "merged"))
        return list(taken)

    @cached_property
    def settled(self) -> set[str]:
        """Cases of those reports that are closed."""
        found = Case.objects.filter(pk__in=[one.case for one in self.reports], closed_at__isnull=False)
        return set(found.values_list("pk", flat=True))

    @cached_property
    def tree_counts(self) -> list[PlotCheck]:
        """Counts of living trees on planted plots within the span, as somebody else confirmed them."""
        found = PlotCheck.objects.filter(kind="survival", on__gte=self.span.first, on__lte=self.last_day)
        return list(found.exclude(confirmed_by="").select_related("plot__plan"))

    @cached_property
    def verdicts(self) -> dict[str, PeriodVerdict]:
        """The verdict of every section over the span."""
        if self.last_day < self.span.first:
            return {}
        return {one.code: evaluation.over(one, self.span) for one in context.basin().basin.sections}

    @cached_property
    def gauges(self) -> list[dict[str, Any]]:
        """Every gauge's year of ecological flow."""
        return list(flows.listed(self.span.first.year, None)["items"]) if self.span.kind == "year" else []

    @cached_property
    def worst_of_day(self) -> dict[tuple[str, date], Verdict]:
        """The worst verdict of every section and day, as they were given while the platform ran."""
        worst: dict[tuple[str, date], Verdict] = {}
        for verdict in Verdict.objects.filter(at__gt=self.start, at__lte=min(self.end, self.now), water_class__gt=0):
            key = (verdict.section, day_of_closing_stamp(verdict.at))
            if key not in worst or verdict.water_class > worst[key].water_class:
                worst[key] = verdict
        return worst


Collector = Callable[[Facts, str], Input]


def _none(zh: str, en: str) -> Input:
    return Input(None, why=en, why_zh=zh)


def _counted(records: Iterable[str]) -> Input:
    found = tuple(records)
    return Input(float(len(found)), found)


# ------------------------------------------------------------------ patrols and cases


def _chiefs(region: str) -> list[Chief]:
    return [one for one in context.basin().basin.chiefs if one.level in LEVELS and contains(region, one.region)]


def _patrols_done(facts: Facts, region: str) -> Input:
    return _counted(one.pk for chief in _chiefs(region) for one in facts.patrols.get(chief.code, []))


def _patrols_due(facts: Facts, region: str) -> Input:
    chiefs = _chiefs(region)
    if not chiefs:
        return _none("本地区没有登记河长", "no chief is registered in the region")
    required = 0
    for chief in chiefs:
        duties = ruling.duties(chief.region, chief.level, facts.span.first, facts.last_day)
        required += sum(one.required for one in duties)
    return Input(float(required))


def _is_due(case: Case, facts: Facts) -> bool:
    closed = case.closed_at is not None and facts.start <= case.closed_at < facts.end
    lapsed = case.due_at is not None and facts.start <= case.due_at < min(facts.end, facts.now)
    return closed or lapsed


def _on_time(case: Case) -> bool:
    return case.closed_at is not None and (case.due_at is None or case.closed_at <= case.due_at)


def _is_open(case: Case, facts: Facts) -> bool:
    return case.closed_at is None and (case.due_at is None or case.due_at >= min(facts.end, facts.now))


CASES: dict[str, Callable[[Case, Facts], bool]] = {
    "cases.opened": lambda one, facts: one.opened_at >= facts.start,
    "cases.due": _is_due,
    "cases.on_time": lambda one, facts: _is_due(one, facts) and _on_time(one),
    "cases.closed": lambda one, facts: one.closed_at is not None and facts.start <= one.closed_at < facts.end,
    "cases.open": _is_open,
}
"""Source → which cases it counts; behind `@` a source may name the types of cases that it keeps to."""


def _of_cases(name: str, types: Collection[str] = ()) -> Collector:
    """How many cases of the region, of these types or of all, are so."""

    def collect(facts: Facts, region: str) -> Input:
        own = (one for one in facts.cases if one.region and contains(region, one.region))
        return _counted(one.pk for one in own if (not types or one.type in types) and CASES[name](one, facts))

    return collect


# ------------------------------------------------------------------ letters


def _of_letters(chosen: Callable[[Letter, Facts], bool]) -> Collector:
    """How many letters about cases of the region are so."""

    def collect(facts: Facts, region: str) -> Input:
        own = (one for one in facts.letters if one.case.region and contains(region, one.case.region))
        return _counted(one.pk for one in own if chosen(one, facts))

    return collect


def _letter_due(letter: Letter, facts: Facts) -> bool:
    answered = letter.answered_at is not None and facts.start <= letter.answered_at < facts.end
    due = letter.answer_due_at
    lapsed = due is not None and facts.start < due <= min(facts.end, facts.now)
    return answered or (lapsed and (letter.answered_at is None or letter.answered_at >= facts.start))


def _letter_on_time(letter: Letter, facts: Facts) -> bool:
    due, answered = letter.answer_due_at, letter.answered_at
    return _letter_due(letter, facts) and answered is not None and (due is None or answered < due)


def _letter_open(letter: Letter, facts: Facts) -> bool:
    due = letter.answer_due_at
    return letter.answered_at is None and (due is None or due > min(facts.end, facts.now))


def _discharge_alerts(facts: Facts, region: str) -> Input:
    found = Alert.objects.filter(kind="discharge", at__gte=facts.start, at__lt=facts.end)
    return _counted(one.pk for one in found if one.region and contains(region, one.region))


# ------------------------------------------------------------------ citizens

OVERALL = "overall"


def _asked(facts: Facts, region: str) -> list[SurveyAnswer]:
    return [one for one in facts.answers if one.region and contains(region, one.region) and OVERALL in one.answers]


def _survey_asked(facts: Facts, region: str) -> Input:
    found = _asked(facts, region)
    smallest = citizens.rules().survey.smallest
    if len(found) < smallest:
        return _none(
            f"公示牌问卷只有{len(found)}份，少于{smallest}份",
            f"{len(found)} people answered at the signs, fewer than {smallest}",
        )
    return Input(float(len(found)))


def _survey_satisfied(facts: Facts, region: str) -> Input:
    asked = _survey_asked(facts, region)
    if asked.value is None:
        return asked
    return Input(float(sum(one.answers[OVERALL] >= citizens.survey.SATISFIED for one in _asked(facts, region))))


def _of_reports(chosen: Callable[[CitizenReport, Facts], bool]) -> Collector:
    """How many of the reports that the office took up are so."""

    def collect(facts: Facts, region: str) -> Input:
        own = (one for one in facts.reports if one.region and contains(region, one.region))
        return _counted(one.pk for one in own if chosen(one, facts))

    return collect


def _is_settled(report: CitizenReport, facts: Facts) -> bool:
    return report.case in facts.settled


def _is_satisfied(report: CitizenReport, facts: Facts) -> bool:
    return report.case in facts.settled and (report.stars or 0) >= citizens.survey.SATISFIED


# ------------------------------------------------------------------ sections


def _sections(region: str) -> list[Section]:
    return [one for one in context.basin().basin.sections if contains(region, one.region)]


def _judged(facts: Facts, region: str) -> list[tuple[Section, PeriodVerdict]]:
    found = ((one, facts.verdicts.get(one.code)) for one in _sections(region))
    return [(section, verdict) for section, verdict in found if verdict is not None and verdict.class_]


def _of_sections(chosen: Callable[[Section, PeriodVerdict], bool]) -> Collector:
    """How many of the sections with a class are so; none where no section has a class."""

    def collect(facts: Facts, region: str) -> Input:
        judged = _judged(facts, region)
        if not judged:
            return _no_class(region)
        records = [f"section:{section.code}" for section, verdict in judged if chosen(section, verdict)]
        return Input(float(len(records)), tuple(records))

    return collect


def _no_class(region: str) -> Input:
    if not _sections(region):
        return _none("本地区没有断面", "the region has no section")
    return _none("数据尚不足以评价任何断面", "no section has data enough for a class")


def _mean_class(facts: Facts, region: str) -> Input:
    judged = _judged(facts, region)
    if not judged:
        return _no_class(region)
    mean = sum(verdict.class_ for _, verdict in judged) / len(judged)
    return Input(mean, tuple(f"section:{section.code}" for section, _ in judged))


def _do_mean(facts: Facts, region: str) -> Input:
    means = [
        (verdict.means["do"], section.code) for section, verdict in _judged(facts, region) if "do" in verdict.means
    ]
    if not means:
        return _no_class(region)
    value, code = min(means)
    return Input(value, (f"section:{code}",))


def _on_target_share(facts: Facts, region: str) -> Input:
    sections = {one.code: one for one in _sections(region)}
    own = [(code, one) for (code, _), one in facts.worst_of_day.items() if code in sections]
    if not own:
        return _none("期内尚无断面评价", "no section was judged in the period")
    good = sum(one.water_class <= sections[code].target_class for code, one in own)
    return Input(good / len(own), tuple(one.pk for _, one in own))


def _flow_satisfied(facts: Facts, region: str) -> Input:
    """Share of judged days on which the region's gauges kept their smallest flow, all gauges together [%]."""
    gauges = [one for one in facts.gauges if contains(region, one["region"])]
    if facts.span.kind != "year":
        return _none("生态流量按年评价，请填报", "ecological flow is judged by the year; enter it")
    if not gauges:
        return _none("本地区没有测流量的水文站", "the region has no gauge that measures flow")
    judged = [(one["rate"], one["n"], one["code"]) for one in gauges if one["rate"] is not None and one["n"]]
    if not judged:
        return _none("没有登记目标或没有流量数据", "no gauge has both a target and measured flow")
    kept = sum(rate * n for rate, n, _ in judged)
    return Input(100 * kept / sum(n for _, n, _ in judged), tuple(f"station:{code}" for _, _, code in judged))


# ------------------------------------------------------------------ projects and facilities


def _projects(region: str) -> list[Project]:
    return [one for one in context.basin().basin.projects if one.region and contains(region, one.region)]


def _of_projects(chosen: Callable[[Project, date], bool]) -> Collector:
    """How many projects are so; none where the region has no project."""

    def collect(facts: Facts, region: str) -> Input:
        own = _projects(region)
        if not own:
            return _none("看板上没有本地区的项目", "no project of the region stands on a board")
        return _counted(f"project:{one.code}" for one in own if chosen(one, facts.last_day))

    return collect


def _of_trees(what: str) -> Collector:
    """Sampled trees of the span's counts of survival that somebody else confirmed; none where nobody counted."""

    def collect(facts: Facts, region: str) -> Input:
        own = [one for one in facts.tree_counts if contains(region, one.plot.plan.region)]
        if not own:
            return _none("期内没有已复核的成活率抽查", "no confirmed count of living trees in the period")
        records = tuple(sorted({f"project:{one.plot.plan_id}" for one in own}))
        return Input(float(sum(getattr(one, what) for one in own)), records)

    return collect


def _facilities(region: str) -> Sequence[Facility]:
    return [one for one in context.basin().basin.facilities if one.kind in DISCHARGING and contains(region, one.region)]


def _outfalls(facts: Facts, region: str) -> Input:
    return _counted(f"facility:{one.code}" for one in _facilities(region))


def _outfalls_permitted(facts: Facts, region: str) -> Input:
    return _counted(f"facility:{one.code}" for one in _facilities(region) if one.permit)


COLLECTORS: dict[str, Collector] = {
    "patrols.done": _patrols_done,
    "patrols.due": _patrols_due,
    **{name: _of_cases(name) for name in CASES},
    "letters.due": _of_letters(_letter_due),
    "letters.on_time": _of_letters(_letter_on_time),
    "letters.open": _of_letters(_letter_open),
    "alerts.discharge": _discharge_alerts,
    "survey.asked": _survey_asked,
    "survey.satisfied": _survey_satisfied,
    "reports.taken": _of_reports(lambda _one, _facts: True),
    "reports.settled": _of_reports(_is_settled),
    "reports.rated": _of_reports(lambda one, facts: _is_settled(one, facts) and one.stars is not None),
    "reports.satisfied": _of_reports(_is_satisfied),
    "sections.judged": _of_sections(lambda _section, _verdict: True),
    "sections.good": _of_sections(lambda _section, verdict: verdict.class_ <= GOOD_CLASS),
    "sections.on_target": _of_sections(lambda section, verdict: verdict.class_ <= section.target_class),
    "sections.bad": _of_sections(lambda _section, verdict: verdict.class_ >= WORST_CLASS),
    "sections.mean_class": _mean_class,
    "sections.do_mean": _do_mean,
    "sections.on_target_share": _on_target_share,
    "flows.satisfied": _flow_satisfied,
    "projects.listed": lambda _facts, region: _counted(f"project:{one.code}" for one in _projects(region)),
    **{f"projects.{name}": _of_projects(test) for name, test in projects.COUNTS.items()},
    "plots.counted": _of_trees("counted"),
    "plots.alive": _of_trees("alive"),
    "outfalls.total": _outfalls,
    "outfalls.permitted": _outfalls_permitted,
}
"""Source → what computes it; `docs/concepts/sheets.md` lists them."""


def collect(source: str, facts: Facts, region: str) -> Input:
    """What riverchief knows of a source for a region; None with the reason where it knows nothing."""
    name, _, types = source.partition("@")
    if types and name in CASES:
        asked = types.split(",")
        known = {one.code for one in casetypes.catalogue(facts.last_day)}
        if unknown := sorted(set(asked) - known):
            told = ", ".join(unknown)
            return _none(f"事件类型中没有{told}", f"no type of cases is called {told}")
        return _of_cases(name, asked)(facts, region)
    collector = COLLECTORS.get(source)
    if collector is None:
        return _none(f"平台没有“{source}”的计算", f"nothing here computes {source}")
    return collector(facts, region)
