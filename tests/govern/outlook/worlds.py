"""Small rivers with a known law, for the tests of the outlook."""

import numpy as np

from riverchief.govern.outlook.panel import Panel

FIRST = np.datetime64("2024-01-01")


def level_and_noise(n_section, n_day, *, phi=0.95, slow=0.7, sigma=0.4, mean=-2.0, season=0.3, seed=0, shared=0.0):
    """Log-normal series from the model's own process, shape (n_section, n_day); `shared` couples the sections."""
    random = np.random.default_rng(seed)
    angle = 2 * np.pi * np.arange(n_day) / 365.2425

    def normal(n):
        own, common = random.standard_normal((n_section, n)), random.standard_normal(n)
        return np.sqrt(1 - shared) * own + np.sqrt(shared) * common

    drift, noise = normal(n_day), normal(n_day)
    level = np.empty((n_section, n_day))
    level[:, 0] = np.sqrt(slow) * drift[:, 0]
    for t in range(1, n_day):
        level[:, t] = phi * level[:, t - 1] + np.sqrt(slow * (1 - phi**2)) * drift[:, t]
    return np.exp(mean + season * np.cos(angle) + sigma * (level + np.sqrt(1 - slow) * noise))


def panel(values, items=("tp",), **more):
    """A panel of series (n_section, n_day) or (n_section, n_item, n_day)."""
    given = np.asarray(values, float)
    given = given[:, None, :] if given.ndim == 2 else given
    return Panel(tuple(f"s{i}" for i in range(given.shape[0])), tuple(items), FIRST, given, **more)
