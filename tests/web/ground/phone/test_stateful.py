"""Queue and server together: random order, loss, doubling, crashes, clock jumps; nothing lost, nothing double."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from web.ground.phone import telephone
from web.ground.phone.machine import PhoneMachine

pytestmark = pytest.mark.skipif(not telephone.READY, reason="the packages of ui/ are not installed")


def test_what_the_phone_acknowledged_is_on_the_platform_exactly_once(platform, clock, tmp_path_factory):
    PhoneMachine.script = telephone.bundle(tmp_path_factory.mktemp("phone"))
    PhoneMachine.clock = clock
    few = settings(
        max_examples=8,
        stateful_step_count=30,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(PhoneMachine, settings=few)
    assert PhoneMachine.steps > 150
    assert PhoneMachine.tally["applied"] > 20
