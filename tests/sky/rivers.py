"""Random rivers for proofs of geometry."""

import math

from hypothesis import strategies as st


@st.composite
def rivers(draw, *, shortest_m, sharpest_deg, fewest):
    """Corners in metres: legs of up to 350 m, up to eight, that turn by no more than an angle."""
    legs = st.tuples(st.floats(shortest_m, 350), st.floats(-sharpest_deg, sharpest_deg))
    steps = draw(st.lists(legs, min_size=fewest, max_size=8))
    heading, points = draw(st.floats(0, 360)), [(0.0, 0.0)]
    for step, turn in steps:
        heading += turn
        x, y = points[-1]
        points.append((x + step * math.cos(math.radians(heading)), y + step * math.sin(math.radians(heading))))
    return points
