"""公共名词: the network, places, time, units, readings, ids and errors that every stage shares; plain values in and out."""
