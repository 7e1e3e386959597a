"""溯源: what stations saw in; where it came from with a probability, when it will be where, out."""
