"""报告所述: the records of a region and a period come in; the facts of a report go out."""

from riverchief.web.govern.facts.collect import collect, earlier

__all__ = ["collect", "earlier"]
