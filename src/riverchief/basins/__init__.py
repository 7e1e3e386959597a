"""流域: a folder of readable files in; a checked basin out, and the same folder back."""
