"""地上查: patrols, cases, evidence in; states, deadlines, coverage and chains of hashes out."""
