import numpy as np
import pytest

from govern.twin import doubtful
from riverchief.base.readings import Flag
from riverchief.govern.twin import ensemble as ens
from riverchief.govern.twin.assimilation import LogScale, Reading
from riverchief.govern.twin.assimilation.readings import predicted, usable


@pytest.fixture(scope="module")
def members():
    return doubtful.members(3)


def test_readings_that_may_not_be_used_are_named_with_the_reason(members):
    def reading(**kw):
        return Reading(
            **{
                "name": "s",
                "time_s": 5.0,
                "reach": "up",
                "chainage_m": 100.0,
                "what": "level",
                "value": 22.0,
                "sigma": 0.02,
            }
            | kw
        )

    good = reading()
    cases = [
        (reading(flag=Flag.MAINTENANCE), "MAINTENANCE"),
        (reading(value=float("nan")), "nan"),
        (reading(sigma=0.0), "above 0"),
        (reading(time_s=11.0), "window"),
        (reading(time_s=0.0), "window"),
        (reading(what="mercury"), "mercury"),
        (reading(chainage_m=99_999.0), "long"),
        (reading(reach="nowhere"), "nowhere"),
    ]
    used, refused = usable(members.model, [good, *(r for r, _ in cases)], 0.0, 10.0)
    assert used == [good]
    assert [r.reading for r in refused] == [r for r, _ in cases]
    for told, (_, why) in zip(refused, cases, strict=True):
        assert why in told.why


def test_predictions_lie_between_what_was_kept(members):
    begin = members.time_s
    readings = [
        Reading("a", begin + 1800.0 + 3600.0, "down", 9000.0, "level", 1.0, 1.0),
        Reading("b", begin + 7200.0, "down", 9000.0, "flow", 1.0, 1.0),
        Reading("c", begin + 3600.0, "up", 5000.0, "cod", 1.0, 1.0),
    ]
    watch = ens.Watch.at(members.model, [("down", 9000.0), ("up", 5000.0)])
    run = ens.run_members(members, begin + 7200.0, 3600.0, watch)
    guess = predicted(run, readings, begin)
    assert guess[:, 0] == pytest.approx(run.level_m[:, :2, 0].mean(axis=1))
    assert guess[:, 1] == pytest.approx(run.flow_m3s[:, 1, 0])
    assert guess[:, 2] == pytest.approx(run.conc[:, 0, 0, 1])


def test_the_logarithmic_scale_goes_forth_and_back_and_is_never_negative():
    scale = LogScale(0.1)
    value = np.array([0.0, 0.5, 40.0])
    assert scale.back(scale.forward(value)) == pytest.approx(value, abs=1e-12)
    assert (scale.back(np.array([-100.0, 3.0])) >= 0).all()
    step = 1e-6
    slope = (scale.forward(value[1:] + step) - scale.forward(value[1:] - step)) / (2 * step)
    assert scale.sigma(value[1:], 0.2 * np.ones(2)) == pytest.approx(0.2 * slope, rel=1e-6)
