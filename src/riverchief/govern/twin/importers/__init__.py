"""导入: files of other models in; a River and a list of what did not fit, out."""
