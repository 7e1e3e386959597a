"""天上看: traces and photographs in; missions, coverage and findings out."""
