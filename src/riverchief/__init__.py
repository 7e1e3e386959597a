"""智慧河长 riverchief: rivers seen from the sky, run in the cloud, checked on the ground, governed with a twin."""

__version__ = "0.1.0"
