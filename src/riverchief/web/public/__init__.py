"""公众 on the platform: whoever stands at the river comes in without an account; signs, receipts, open data go out."""
