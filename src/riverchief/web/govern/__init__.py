"""智慧治: alerts and records in; traces, forecasts and scores that open out."""
