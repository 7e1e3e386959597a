"""恒定流: CrossSections, a discharge and levels at the ends in; the water surface along the river, out."""
