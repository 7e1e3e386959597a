"""How far projects are on a day: the one place in which a start, a completion, a rate and lateness are defined.

A project is started from its actual first day on, and completed from its actual last day on; what is completed was
started, whether or not anybody wrote down when. A planned day is due on that day itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from riverchief.base.basin import Project

STATES = ("late", "late_start", "running", "planned", "completed")
"""What a project can be, the most urgent first."""


def _by(planned_or_actual: date | None, day: date) -> bool:
    return planned_or_actual is not None and planned_or_actual <= day


def completed(project: Project, day: date) -> bool:
    """Whether it was completed by the end of a day."""
    return _by(project.end_actual, day)


def started(project: Project, day: date) -> bool:
    """Whether it had begun by the end of a day."""
    return _by(project.start_actual, day) or completed(project, day)


def start_due(project: Project, day: date) -> bool:
    """Whether the plan has it begun by the end of a day."""
    return _by(project.start_planned, day)


def end_due(project: Project, day: date) -> bool:
    """Whether the plan has it completed by the end of a day."""
    return _by(project.end_planned, day)


COUNTS: dict[str, Callable[[Project, date], bool]] = {
    "total": lambda _project, _day: True,
    "started": started,
    "completed": completed,
    "starts_due": start_due,
    "ends_due": end_due,
    "started_due": lambda project, day: start_due(project, day) and started(project, day),
    "completed_due": lambda project, day: end_due(project, day) and completed(project, day),
}
"""What is counted of a board, by name; rates and sheets both count so."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Counts of some projects on a day, and the rates that follow from them [%]; None where there is nothing to count.

    Attributes
    ----------
    total, started, completed : int
        Projects; those begun; those completed.
    starts_due, ends_due : int
        Those whose planned first or last day has come.
    started_due, completed_due : int
        Of these, those that have begun or are completed.
    """

    total: int
    started: int
    completed: int
    starts_due: int
    ends_due: int
    started_due: int
    completed_due: int

    @property
    def start_rate(self) -> float | None:
        """Begun of all (开工率) [%]."""
        return _percent(self.started, self.total)

    @property
    def completion_rate(self) -> float | None:
        """Completed of all (完工率) [%]."""
        return _percent(self.completed, self.total)

    @property
    def start_rate_planned(self) -> float | None:
        """What the plan has begun of all [%]."""
        return _percent(self.starts_due, self.total)

    @property
    def completion_rate_planned(self) -> float | None:
        """What the plan has completed of all [%]."""
        return _percent(self.ends_due, self.total)

    @property
    def starts_late(self) -> int:
        """Should have begun and have not."""
        return self.starts_due - self.started_due

    @property
    def ends_late(self) -> int:
        """Should be completed and are not."""
        return self.ends_due - self.completed_due


def _percent(part: int, whole: int) -> float | None:
    return 100 * part / whole if whole else None


def rate(projects: Iterable[Project], day: date) -> Rate:
    """Counts and rates of projects by the end of a day."""
    found = list(projects)
    return Rate(**{name: sum(test(one, day) for one in found) for name, test in COUNTS.items()})


def state_of(project: Project, day: date) -> str:
    """One of STATES: the end that is late before the start that is late, and both before what merely runs."""
    if completed(project, day):
        return "completed"
    if end_due(project, day):
        return "late"
    if started(project, day):
        return "running"
    return "late_start" if start_due(project, day) else "planned"


def days_late(project: Project, day: date) -> int | None:
    """Days since the planned day that was missed: of the end, else of the start; None for what is not late.

    What is completed after its planned end stays late by the days between.
    """
    if completed(project, day):
        over = (project.end_actual - project.end_planned).days if project.end_actual and project.end_planned else 0
        return over if over > 0 else None
    state = state_of(project, day)
    if state == "late" and project.end_planned:
        return (day - project.end_planned).days
    if state == "late_start" and project.start_planned:
        return (day - project.start_planned).days
    return None


def told(rate: Rate, day: date) -> tuple[str, str]:
    """What is late of some projects, in Chinese and English."""
    if not rate.total:
        return "没有项目。", "There is no project."
    n, on = rate.total, day.isoformat()
    if not rate.starts_late and not rate.ends_late:
        return (
            f"截至 {on}，{n} 项中应开工 {rate.starts_due} 项、应完工 {rate.ends_due} 项，均已按计划开工、完工。",
            f"By {on}, {rate.starts_due} of {n} should have begun and {rate.ends_due} should be complete: all are.",
        )
    zh, en = [], []
    if rate.starts_late:
        have = "has" if rate.starts_late == 1 else "have"
        zh.append(f"{n} 项中 {rate.starts_late} 项应开工而未开工")
        en.append(f"{rate.starts_late} of {n} should have begun and {have} not")
    if rate.ends_late:
        are = "is" if rate.ends_late == 1 else "are"
        zh.append(f"{n} 项中 {rate.ends_late} 项应完工而未完工")
        en.append(f"{rate.ends_late} of {n} should be complete and {are} not")
    return f"截至 {on}，{'；'.join(zh)}。", f"By {on}, {'; '.join(en)}."
