"""Closed solutions of kinetics, and their equations by hand for an independent solver: for tests and the benchmark."""

import numpy as np
from scipy.integrate import solve_ivp

from riverchief.govern.twin.quality import do_saturation_mgl, parse_kinetics, read_kinetics, reaeration_per_day

DAY_S = 86_400.0
OXYGEN_START = (60.0, 6.0, 1.0, 7.0, 0.3, 90.0, 20.0)


def made(constituents, rates, processes, extra=""):
    """Kinetics in mg/L from short lists; rates without a unit are plain numbers."""
    text = "format = 1\n" + "".join(f'[constituent.{c}]\nunit = "mg/L"\n' for c in constituents)
    for name, (value, unit) in rates.items():
        text += f'[rate.{name}]\nvalue = {value!r}\nunit = "{unit}"\nsource = "test"\n'
    for i, (rate, change) in enumerate(processes):
        entries = ", ".join(f"{c} = {x!r}" for c, x in change.items())
        text += f'[process.p{i}]\nrate = "{rate}"\nchange = {{ {entries} }}\n'
    return parse_kinetics(text + extra, "test")


def run(kinetics, start, env, dt_s, n_step):
    reactor = kinetics.compile()
    conc = np.array(start, np.float64)
    conc = conc[:, None].copy() if conc.ndim == 1 else conc
    for step in range(n_step):
        reactor.step(conc, env, dt_s, step * dt_s)
    return conc


def sag(days, *, kd=0.35, ka=0.7, l0=20.0, d0=1.0):
    """Streeter and Phelps' deficit [mg/L]."""
    return kd * l0 / (ka - kd) * (np.exp(-kd * days) - np.exp(-ka * days)) + d0 * np.exp(-ka * days)


def streeter_phelps(dt_days, days=1.0):
    """Deficit by the shipped oxygen kinetics, all but oxidation and reaeration switched off."""
    velocity, depth = 0.3, 1.5
    kinetics = read_kinetics("oxygen").with_rates(
        {
            "k_bod": 0.35, "reaeration_factor": 0.7 / float(reaeration_per_day(velocity, depth)), "half_bod": 0.0,
            "k_nh3n": 0.0, "bed_demand": 0.0,
        }
    )  # fmt: skip
    saturation = float(do_saturation_mgl(20.0))
    start = [20.0, 0.0, 0.0, saturation - 1.0, 0.0, 0.0, 0.0]
    env = {"temperature_c": 20.0, "velocity_ms": velocity, "depth_m": depth}
    conc = run(kinetics, start, env, dt_days * DAY_S, round(days / dt_days))
    return saturation - conc[kinetics.names.index("do"), 0]


def bateman(dt_s):
    """Ammonia, nitrite, nitrate and oxygen two days after 5 mg/L of ammonia and 9 mg/L of oxygen."""
    kinetics = made(
        ["nh4", "no2", "no3", "do"], {"k1": (0.3, "1/d"), "k2": (1.2, "1/d")},
        [("k1 * nh4", {"nh4": -1, "no2": 1}), ("k2 * no2", {"no2": -1, "no3": 1, "do": -4.57})],
    )  # fmt: skip
    return run(kinetics, [5.0, 0.0, 0.0, 9.0], {}, dt_s, round(2 * DAY_S / dt_s))[:, 0]


def by_hand(t, c, temperature, velocity, depth):
    """The oxygen file's equations written out with its default rates [mg/L/d]."""
    bod, nh3n, _no3n, do, tp, cod, codmn = c
    warm = temperature - 20
    oxidation = 0.23 * 1.047**warm * do / (do + 0.5) * bod
    nitrification = 0.12 * 1.083**warm * do / (do + 1.0) * nh3n
    bed = 0.5 * 1.06**warm / depth * do / (do + 0.7)
    k2 = float(reaeration_per_day(velocity, depth)) * 1.024**warm
    air = k2 * (float(do_saturation_mgl(temperature)) - do)
    return [
        -oxidation, -nitrification, nitrification, air - oxidation - 4.57 * nitrification - bed, -0.05 / depth * tp,
        -0.12 * 1.047**warm * cod, -0.10 * 1.047**warm * codmn,
    ]  # fmt: skip


def by_solver(place, days, start=OXYGEN_START):
    """What the equations of the oxygen file come to at a temperature, velocity and depth."""
    return solve_ivp(by_hand, (0, days), start, "LSODA", args=place, rtol=1e-10, atol=1e-12).y[:, -1]
