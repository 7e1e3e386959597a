"""考核表: items and records in; points, each opening to its records, out; no formula in Python."""
