"""算式: the text of a rate in; its tree, its unit, and a program that works it out for many cells at once, out."""
