"""断面: surveyed points in; tables that kernels look up, out."""
