"""孪生: a river's geometry, its water and what is in it, in; levels, flows and concentrations through time, out."""
