"""云端管: frames and tables in; readings, quality verdicts, classes and alerts out."""
