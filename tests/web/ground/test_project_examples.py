"""What the demonstration invents of projects is marked, and within what people could have entered."""

from riverchief.web import context
from riverchief.web.ground import project_examples
from riverchief.web.ground.models import PlotCheck, ProjectEntry, ProjectPhoto, ProjectPlan, ProjectPlot, ProjectReport


def test_everything_that_is_invented_says_so_and_is_entered_once(platform, clock):
    for _ in range(2):
        project_examples.enter_examples(context.basin().basin, clock.now())
    for model in (ProjectEntry, ProjectPlan, ProjectReport, ProjectPlot, PlotCheck):
        assert model.objects.exists(), model
        assert not model.objects.filter(assumed=False).exists(), model
    assert ProjectEntry.objects.count() == 2
    assert not [one for one in ProjectReport.objects.filter(state="confirmed") if one.decided_by in ("", one.by)]


def test_one_report_waits_with_a_good_and_a_doubtful_picture(platform, clock):
    project_examples.enter_examples(context.basin().basin, clock.now())
    waiting = ProjectReport.objects.get(state="open")
    assert waiting.plan_id == "prj-1"
    assert [one.doubts for one in ProjectPhoto.objects.filter(report=waiting)] == [[], ["far", "old", "again"]]


def test_goals_lie_downstream(platform, clock):
    project_examples.enter_examples(context.basin().basin, clock.now())
    basin = context.basin()
    for entry in ProjectEntry.objects.all():
        place, network = basin.projects[entry.project].place, basin.basin.network
        for code, _ in entry.goals:
            there = basin.sections[code].place
            away = network.distance(
                network.index(place.reach), place.chainage_m, network.index(there.reach), there.chainage_m
            )
            assert 0 <= float(away) < float("inf")
