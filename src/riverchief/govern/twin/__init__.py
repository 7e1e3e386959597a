"""河流孪生: cross-sections, gates and inflows in; levels, flows, quality and where it came from out."""
