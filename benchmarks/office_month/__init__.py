"""A month of a river chief's office, a module for each stage; `verify_office_month.py` plays it and writes its page."""
