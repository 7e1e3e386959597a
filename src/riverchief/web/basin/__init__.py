"""流域登记: a basin folder in; the registry that is the truth from then on, and the same folder out."""
