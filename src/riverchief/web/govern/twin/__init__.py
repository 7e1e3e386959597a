"""孪生运行: readings of the store in; the river now, its forecast and how good forecasts were, for the pages, out."""
