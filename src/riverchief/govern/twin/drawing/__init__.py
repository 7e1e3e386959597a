"""绘图: a longitudinal profile in; a picture for a notebook or a page that moves, which need nothing else, out."""

from riverchief.govern.twin.drawing.animation import animation
from riverchief.govern.twin.drawing.picture import Picture, picture

__all__ = ["Picture", "animation", "picture"]
