"""孪生: the river and its basin computed; forcing and geometry in, levels, flows and concentrations out."""
