"""构筑物: levels on either side in; what a weir, gate, orifice, pump or outlet lets through, out."""
