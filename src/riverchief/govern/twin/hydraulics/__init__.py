"""水动力: cells and faces in; levels and discharges step by step, out."""
