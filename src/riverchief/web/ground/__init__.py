"""地上查: problems in; cases seen through to their end, patrols and evidence out."""
