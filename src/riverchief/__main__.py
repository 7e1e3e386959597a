"""`python -m riverchief` is the command `riverchief`."""

from riverchief.cli import main

main()
