"""账户: who somebody is, what they may see (one function), and what was done (an append-only chain)."""
