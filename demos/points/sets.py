"""What the sets of points are called, in every view that shows them."""

PLANE = {
    "moons": ("duas luas", "two moons"),
    "ring": ("anel de oito", "ring of eight"),
    "spiral": ("espiral", "spiral"),
}
OWN = {"own": ("seus pontos", "your own points")}
LINE = {
    "gaussian": ("um grupo, na reta", "one group, on a line"),
    "heights": ("duas alturas, na reta", "two heights, on a line"),
}
