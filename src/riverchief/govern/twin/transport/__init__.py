"""输移: water between cells in; concentrations carried with it, out."""
