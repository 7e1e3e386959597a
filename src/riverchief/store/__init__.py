"""存储: readings, raw frames and files in, durable and idempotent; the same out, also as known at a past time."""
