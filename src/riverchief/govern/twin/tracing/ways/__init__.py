"""Steady ways: cells and curves in; shares, times and responses between two places out."""
