"""Evidence of releases: responses of readings in; log evidence, mass and its error out."""
