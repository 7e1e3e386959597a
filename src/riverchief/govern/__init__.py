"""智慧治: observations and records in; sources, forecasts, sheets and scores out."""
