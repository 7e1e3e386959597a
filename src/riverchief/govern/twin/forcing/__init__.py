"""边界与入流: series over time in; what enters, and how gates stand, in one step, out."""
