"""How the kernels of the twin are compiled: decorators, so that the choices stand in one place.

Compiling is what a first use and a clean test run wait for. Most of it goes into the wrapper by which Python calls a
function, which takes tuples of many arrays apart, and into counting references; kernels that only kernels call need
neither.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from numba import njit

FAST = {"contract", "arcp", "nsz"}  # rounding may differ between machines, infinities and order may not

# what only kernels call; Python must not, it would crash
within: Any = partial(njit, cache=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)

_compiled: Any = partial(njit, cache=True, error_model="numpy", fastmath=FAST)

kernel = _compiled(nogil=True)  # called from Python
inner = within(error_model="numpy", fastmath=FAST, _nrt=False)  # allocates nothing
woven = _compiled(inline="always")  # becomes a part of the kernel that calls it, which costs no call
