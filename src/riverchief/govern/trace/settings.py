"""What the ranking assumes, in one place. Every default is an assumption, judged by its calibration; none is a rule."""

from __future__ import annotations

from dataclasses import dataclass

HOUR_S = 3_600.0


@dataclass(frozen=True)
class TraceSettings:
    """Assumptions of the ranking.

    Attributes
    ----------
    boundary_weight : float
        Prior weight of inflow over one boundary section, where a listed facility of typical load has 1 [-].
    unlisted_share, background_share : float
        Prior probability of a source that is on no list, and of readings that no source explains [-].
    load_exponent : float
        How far the permitted load of a facility moves its weight: (load / typical load) ** exponent [-].
    absent_weight : float
        Factor on a facility whose permit lists pollutants, but not the one that was seen [-].
    facility_durations_s, boundary_durations_s : tuple of float
        Durations of a release that are tried, equally probable [s].
    unlisted_durations_s : tuple of float
        The same for a source on no list, coarser because there are many places for it [s].
    mass_decades : float
        The mass may lie anywhere, evenly in its logarithm, over so many powers of ten [-].
    history_s : float
        A release may have begun at any time within this span, evenly [s].
    shape_sd : float
        Relative error of a predicted excess: flow, decay and mixing are not the registry's [-].
    reading_sd : float
        Relative error of a reading [-].
    hit_sd : float
        A reading counts as clearly above background beyond this many standard deviations [-].
    freedom : float
        Degrees of freedom of the Student error; low ones forgive single outliers [-].
    correlation_s : float
        Readings of one series closer than this share their error and count in part [s].
    cell_m : float
        Length of the cells along the river in which a source on no list is looked for [m].
    blur : float
        Cells share one computation over this part of their distance to the nearest reading [-].
    ratio_log_sd : float
        How far the ratio of two pollutants may be off the permit's, in its logarithm [-].
    """

    boundary_weight: float = 1.0
    unlisted_share: float = 0.08
    background_share: float = 0.005
    load_exponent: float = 0.25
    absent_weight: float = 0.15
    facility_durations_s: tuple[float, ...] = tuple(h * HOUR_S for h in (0.5, 1, 2, 3, 4, 6, 8, 12, 18))
    boundary_durations_s: tuple[float, ...] = tuple(h * HOUR_S for h in (1, 2, 3, 4, 6, 9, 14, 24, 40))
    unlisted_durations_s: tuple[float, ...] = tuple(h * HOUR_S for h in (1, 3, 8, 16))
    mass_decades: float = 6.0
    history_s: float = 120 * HOUR_S
    shape_sd: float = 0.2
    reading_sd: float = 0.04
    hit_sd: float = 3.0
    freedom: float = 4.0
    correlation_s: float = 2 * HOUR_S
    cell_m: float = 1_000.0
    blur: float = 0.1
    ratio_log_sd: float = 0.7
