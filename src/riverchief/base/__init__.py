"""公共名词: network, places, time, units, readings, ids and errors that all stages share; plain values in and out."""
