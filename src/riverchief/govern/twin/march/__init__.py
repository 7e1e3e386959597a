"""推进: a state and what drives it in; the state after a time, its balance and its record, out."""
