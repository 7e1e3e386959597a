"""云端管: readings in; stored verdicts and alerts, and the pages of sections and stations, out."""
