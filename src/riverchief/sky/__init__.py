"""天上看: scenes, missions and photographs in; flight lines, coverage and findings with their position error out."""
