"""What the sample's pictures show: one function for each kind of problem, drawn into a street."""

from collections.abc import Callable

from jarokelo.demo_data.scenery import HEIGHT, HORIZON, KERB, WIDTH, Canvas, shade

Motif = Callable[[Canvas], None]


def pothole(c: Canvas) -> None:
    x = c.rng.uniform(360, 600)
    c.blob(x, 610, 170, 52, shade(c.road, 0.78))
    c.blob(x + 6, 614, 140, 40, shade(c.road, 0.5))
    c.blob(x + 14, 622, 90, 20, "#6f8796" if c.rng.random() < 0.5 else shade(c.road, 0.38))
    for _ in range(14):
        px, py = x + c.rng.uniform(-230, 230), 610 + c.rng.uniform(-50, 70)
        c.oval(px, py, c.rng.uniform(5, 12), c.rng.uniform(4, 8), shade(c.road, 0.7))
    cone(c, x + c.rng.choice([-250, 230]), 600)


def patched(c: Canvas) -> None:
    x = c.rng.uniform(360, 560)
    c.shape([(x - 170, 575), (x + 150, 570), (x + 180, 655), (x - 190, 660)], shade(c.road, 0.66))
    c.line([(x - 170, 575), (x + 150, 570), (x + 180, 655), (x - 190, 660), (x - 170, 575)], shade(c.road, 0.5), 4)


def cone(c: Canvas, x: float, y: float) -> None:
    c.box(x - 34, y - 2, 68, 10, "#c9562a", 3)
    c.shape([(x - 24, y), (x - 7, y - 84), (x + 7, y - 84), (x + 24, y)], "#e8703a")
    c.shape([(x - 18, y - 26), (x - 13, y - 50), (x + 13, y - 50), (x + 18, y - 26)], "#fbf3e4")


def pavement(c: Canvas) -> None:
    for row in range(4):
        for column in range(9):
            left, top = column * 112 - 20 + (row % 2) * 40, HORIZON + 6 + row * 26
            c.box(left, top, 106, 22, shade(c.pavement, c.rng.uniform(0.94, 1.05)), 2)
    x = c.rng.uniform(300, 560)
    c.shape([(x, 448), (x + 120, 438), (x + 170, 474), (x + 60, 496), (x - 30, 482)], shade(c.pavement, 0.55))
    c.shape([(x + 20, 446), (x + 118, 424), (x + 150, 452), (x + 50, 474)], shade(c.pavement, 1.05))
    c.line([(x - 60, 420), (x, 452), (x - 18, 486), (x + 40, 500)], shade(c.pavement, 0.45), 4)
    c.line([(x + 160, 470), (x + 230, 440), (x + 300, 452)], shade(c.pavement, 0.45), 4)
    for tuft in (x + 10, x + 150, x + 236):
        for lean in (-8, 0, 8):
            c.line([(tuft, 478), (tuft + lean, 456)], "#5d8a3f", 4)


def sign(c: Canvas) -> None:
    x, lean = c.rng.uniform(380, 560), c.rng.choice([-110, -80, 90])
    c.line([(x, 500), (x + lean, 190)], "#7d8285", 13)
    top = x + lean
    if c.rng.random() < 0.5:
        c.shape([(top - 80, 252), (top + 80, 232), (top - 14, 100)], "#c53a2c")
        c.shape([(top - 52, 236), (top + 50, 222), (top - 11, 134)], "#f8f1e0")
        c.box(top - 10, 166, 12, 38, "#2b2b2b", 4)
        c.oval(top - 4, 218, 7, 7, "#2b2b2b")
    else:
        c.oval(top, 170, 80, 80, "#c53a2c")
        c.oval(top, 170, 60, 60, "#f8f1e0")
        c.box(top - 44, 158, 88, 24, "#2b2b2b", 4)
    blob_of_leaves(c, x - 40, 500)


def blob_of_leaves(c: Canvas, x: float, y: float) -> None:
    c.blob(x, y - 12, 46, 20, "#4b7a3c" if not c.is_dark else "#2b4a35")


def bike_lane(c: Canvas) -> None:
    c.shape(
        [(250, KERB + 14), (560, KERB + 14), (760, HEIGHT), (60, HEIGHT)], shade("#b5533c", 0.55 if c.is_dark else 1)
    )
    for y, w in ((530, 5), (590, 7), (660, 9)):
        c.box(400 - w, y, w * 2, 36, "#f4ead8", 3)
    c.box(570, 440, 250, 90, c.rng.choice(["#3f6f9e", "#58626b", "#a83c34"]), 22)
    paint_car(c, 560, 560, c.rng.choice(["#3f6f9e", "#e0dccf", "#a83c34"]))


def tree(c: Canvas) -> None:
    x = c.rng.uniform(200, 320)
    trunk, leaf = ("#3b2d28", "#2c4a38") if c.is_dark else ("#6b4a34", c.rng.choice(["#5c8a45", "#7a8f3c", "#4b7d55"]))
    c.shape([(x - 30, 500), (x - 20, 400), (x + 16, 380), (x + 34, 420), (x + 40, 500)], trunk)
    c.shape([(x + 6, 396), (x + 20, 424), (x + 470, 590), (x + 480, 556)], trunk)
    c.shape([(x - 22, 404), (x - 8, 372), (x + 4, 398), (x + 14, 368), (x + 26, 410)], "#d9b98c")
    for dx, dy, r in ((380, 540, 100), (470, 500, 110), (540, 570, 120), (450, 610, 90)):
        c.blob(x + dx, dy, r, r * 0.66, leaf)
    for dx, dy in ((420, 510), (520, 540), (470, 580)):
        c.blob(x + dx, dy, 54, 34, shade(leaf, 1.15), 5)


def planted_tree(c: Canvas) -> None:
    x = c.rng.uniform(380, 560)
    c.oval(x, 496, 90, 18, "#6d5138")
    c.box(x - 9, 300, 18, 196, "#6b4a34", 6)
    c.box(x - 46, 330, 7, 168, "#b58a5a", 3)
    c.box(x + 40, 330, 7, 168, "#b58a5a", 3)
    for dx, dy, r in ((0, 230, 92), (-56, 262, 60), (58, 258, 62)):
        c.blob(x + dx, dy, r, r * 0.85, "#5f9447")
    c.blob(x + 16, 214, 46, 36, "#79ad57", 5)


def flower_bed(c: Canvas) -> None:
    c.box(120, 430, 720, 130, "#8a6a4a", 26)
    c.box(140, 440, 680, 96, "#5c4632", 20)
    dry = c.rng.random() < 0.7
    for _ in range(70):
        x, y = c.rng.uniform(160, 800), c.rng.uniform(446, 526)
        c.line([(x, y + 14), (x + c.rng.uniform(-9, 9), y - 12)], "#a38a4c" if dry else "#4c7f3c", 3)
        if not dry or c.rng.random() < 0.12:
            petal = c.rng.choice(["#e05a47", "#f2b43c", "#d873a8", "#f6efe0"])
            c.oval(x, y - 14, 8, 8, petal)
            c.oval(x, y - 14, 3, 3, "#7a4a1a")
    c.box(200, 380, 200, 16, "#7b5236", 4)
    c.box(200, 350, 200, 14, "#7b5236", 4)
    c.line([(220, 350), (214, 440)], "#4a4a4a", 8)
    c.line([(380, 350), (402, 436)], "#4a4a4a", 8)


def playground(c: Canvas) -> None:
    c.oval(480, 560, 420, 110, "#dcc48c" if not c.is_dark else "#6a6056")
    c.line([(220, 560), (290, 250), (360, 560)], "#c8502f", 14)
    c.line([(600, 560), (670, 250), (740, 560)], "#c8502f", 14)
    c.line([(284, 256), (676, 256)], "#c8502f", 14)
    c.line([(380, 260), (372, 470)], "#5a5a5a", 4)
    c.line([(440, 260), (446, 470)], "#5a5a5a", 4)
    c.box(366, 468, 88, 14, "#3d6fa0", 4)
    c.line([(540, 260), (548, 520)], "#5a5a5a", 4)
    c.line([(600, 260), (594, 380)], "#5a5a5a", 4)
    c.shape([(536, 516), (610, 556), (604, 572), (530, 532)], "#3d6fa0")
    c.blob(180, 590, 60, 22, "#c9a862", 6)


def litter(c: Canvas) -> None:
    x = c.rng.uniform(240, 380)
    for _ in range(7):
        bx, by = x + c.rng.uniform(0, 360), c.rng.uniform(430, 510)
        bag = c.rng.choice(["#2e3138", "#3d4a63", "#5a6b3f", "#27292e"])
        c.blob(bx, by, 62, 46, bag, 7)
        c.shape([(bx - 10, by - 44), (bx + 10, by - 44), (bx + 4, by - 26), (bx - 4, by - 26)], shade(bag, 1.3))
    c.box(x + 320, 410, 150, 96, "#b98a55", 4)
    c.shape([(x + 320, 410), (x + 360, 380), (x + 440, 384), (x + 470, 410)], "#9c7140")
    c.box(x - 90, 370, 150, 110, "#7b5a6b", 18)
    c.box(x - 110, 430, 190, 76, "#8d6a7c", 16)
    for _ in range(12):
        px, py = x + c.rng.uniform(-140, 500), c.rng.uniform(500, 560)
        c.box(px, py, c.rng.uniform(8, 26), c.rng.uniform(6, 14), c.rng.choice(["#f4ead8", "#c9562a", "#d0d6d8"]), 2)


def bin_full(c: Canvas) -> None:
    colours = ["#2f7a4f", "#3a66a8", "#c9a227"]
    for index, colour in enumerate(colours):
        x = 210 + index * 190
        c.box(x, 330, 150, 180, shade(colour, 0.6 if c.is_dark else 1), 14)
        c.shape([(x - 8, 336), (x + 4, 296), (x + 150, 286), (x + 160, 336)], shade(colour, 0.75))
        c.oval(x + 75, 420, 30, 30, shade(colour, 1.3))
        c.oval(x + 34, 512, 14, 14, "#333333")
        c.oval(x + 116, 512, 14, 14, "#333333")
        for _ in range(5):
            c.box(x + c.rng.uniform(0, 110), c.rng.uniform(264, 312), 34, 30,
                  c.rng.choice(["#d9b98c", "#f4ead8", "#9fb7c4", "#c9562a"]), 6)  # fmt: skip
    for _ in range(9):
        c.blob(
            c.rng.uniform(160, 800), c.rng.uniform(505, 545), 26, 16, c.rng.choice(["#d9b98c", "#9fb7c4", "#3d4a63"]), 4
        )


def graffiti(c: Canvas) -> None:
    wall = shade(c.rng.choice(c.fronts), 0.95)
    paint_wall(c, wall)
    loud = c.rng.sample(["#d8436b", "#3f7fc4", "#f2b43c", "#4aa36a", "#7a4fb0"], 3)
    for index in range(5):  # fat letters with an edge, leaning on each other
        x, y = 170 + index * 118, 250 + c.rng.uniform(-20, 30)
        lean, width, height = c.rng.uniform(-24, 24), 118, 150 + c.rng.uniform(-10, 20)
        letter = [(x + lean, y), (x + width + lean, y + 8), (x + width, y + height), (x, y + height - 8)]
        c.shape([(px + 9, py + 11) for px, py in letter], "#2a2630")
        c.shape(letter, loud[index % 2])
        c.oval(x + width / 2 + lean / 2, y + height * c.rng.uniform(0.3, 0.42), 17, 21, shade(loud[index % 2], 0.6))
        if c.rng.random() < 0.7:
            c.box(x + width / 2 - 8, y + height * 0.68, 18, height * 0.3, shade(loud[index % 2], 0.6))
        c.line([(x + 16 + lean, y + 18), (x + 12, y + height - 44)], shade(loud[index % 2], 1.35), 6)
        c.line([(x + 60, y + height), (x + 60, y + height + c.rng.uniform(14, 46))], loud[index % 2], 6)
    c.line([(150, 442), (480, 424), (800, 446)], loud[2], 9)
    c.oval(810, 210, 38, 38, loud[2])
    for eye in (798, 822):
        c.oval(eye, 202, 5, 8, wall)
    c.line([(792, 222), (810, 234), (830, 220)], wall, 5)


def paint_wall(c: Canvas, wall: str) -> None:
    c.box(70, 140, 820, 360, wall)
    c.box(60, 126, 840, 20, shade(wall, 0.8))
    c.box(70, 452, 820, 48, shade(wall, 0.7))
    for row in range(5):
        for column in range(3):
            c.box(100 + column * 280 + row % 2 * 90, 180 + row * 54, 60, 16, shade(wall, 0.93), 2)


def clean_wall(c: Canvas) -> None:
    paint_wall(c, shade(c.fronts[2], 1.02))
    for x in (150, 480, 790):
        planter(c, x, 468)


def planter(c: Canvas, x: float, y: float) -> None:
    c.box(x - 50, y, 100, 42, "#a4603c", 6)
    c.blob(x, y - 17, 54, 28, "#4b7a3c")
    for _ in range(7):
        at = x + c.rng.uniform(-45, 45), y - 22 + c.rng.uniform(-18, 12)
        c.oval(*at, 7, 7, c.rng.choice(["#e05a47", "#f2b43c"]))


def tidy(c: Canvas) -> None:
    """Nothing to see any more but a cat, which will do for whatever was there."""
    planter(c, 150, 452)
    planter(c, 800, 452)
    x, fur = c.rng.uniform(340, 600), c.rng.choice(["#3a3236", "#d08a4a", "#8d8a86"])
    c.line([(x + 40, 486), (x + 86, 470), (x + 92, 430)], fur, 12)
    c.oval(x, 466, 46, 34, fur)
    c.oval(x - 34, 430, 27, 24, fur)
    for ear in (x - 56, x - 26):
        c.shape([(ear, 414), (ear + 8, 392), (ear + 18, 412)], fur)
    for eye in (x - 44, x - 26):
        c.oval(eye, 428, 4, 5, "#f2d23c")


def lamp(c: Canvas) -> None:
    paint_lamp(c, c.rng.uniform(400, 540), lit=False)


def lamp_lit(c: Canvas) -> None:
    paint_lamp(c, c.rng.uniform(400, 540), lit=True)


def paint_lamp(c: Canvas, x: float, *, lit: bool) -> None:
    if lit:
        c.oval(x + 126, 505, 260, 60, shade(c.pavement, 1.7))
        c.oval(x + 126, 150, 70, 60, "#f8e6a8")
    c.box(x - 9, 130, 18, 375, "#2f3a3f", 6)
    c.box(x - 22, 470, 44, 36, "#263035", 6)
    c.line([(x, 140), (x + 30, 108), (x + 110, 112)], "#2f3a3f", 12)
    c.shape([(x + 84, 112), (x + 168, 112), (x + 152, 146), (x + 100, 146)], "#263035")
    c.oval(x + 126, 150, 26, 13, "#fff6d0" if lit else "#50585c")
    if not lit:
        c.line([(x + 118, 160), (x + 112, 230)], "#1e2427", 4)


def water(c: Canvas) -> None:
    c.blob(460, 610, 330, 70, "#7fa8bd" if not c.is_dark else "#4a6684")
    c.blob(440, 600, 220, 40, "#a5c8d6" if not c.is_dark else "#6483a0", 6)
    c.oval(420, 560, 64, 22, "#4b4d50")
    c.oval(420, 556, 56, 18, "#63666a")
    for dx, height in ((-34, 80), (-14, 130), (6, 150), (26, 110), (40, 70)):
        c.line([(420 + dx / 2, 556), (420 + dx, 556 - height)], "#c4dfe8", 9)
        c.oval(420 + dx * 1.2, 552 - height, 9, 11, "#e3f2f6")
    cone(c, 720, 600)


def manhole(c: Canvas) -> None:
    x = c.rng.uniform(380, 560)
    c.oval(x, 600, 120, 46, shade(c.road, 0.6))
    c.oval(x, 604, 102, 37, "#16181a")
    c.oval(x + 150, 640, 112, 40, "#5b5e61")
    c.oval(x + 150, 634, 112, 40, "#74787b")
    for line in range(-3, 4):
        c.line([(x + 150 + line * 26 - 12, 618), (x + 150 + line * 26 + 12, 652)], "#5b5e61", 5)
    c.line([(x - 40, 596), (x - 60, 430)], "#8a6a3c", 10)
    c.blob(x - 64, 420, 40, 26, "#5c8a45", 6)


def cables(c: Canvas) -> None:
    c.box(180, 110, 18, 400, "#6b5a48", 5)
    c.box(120, 150, 140, 12, "#6b5a48", 4)
    c.line([(190, 156), (420, 240), (700, 180), (960, 120)], "#2a2a2a", 5)
    c.line([(190, 170), (330, 330), (420, 500), (560, 560)], "#2a2a2a", 6)
    box = "#9aa39b" if not c.is_dark else "#5b625f"
    c.box(580, 330, 190, 180, box, 6)
    c.shape([(580, 330), (500, 350), (500, 520), (580, 510)], shade(box, 0.8))
    c.box(594, 344, 162, 152, "#2f3335", 3)
    for index in range(7):
        c.line([(606 + index * 22, 350), (600 + index * 24, 420), (612 + index * 20, 490)],
               c.rng.choice(["#d8a13c", "#c8502f", "#4aa36a", "#e8e2d0", "#3f7fc4"]), 5)  # fmt: skip


def bus_stop(c: Canvas) -> None:
    frame = "#3c4a50"
    c.box(250, 230, 460, 18, frame, 6)
    for x in (262, 470, 690):
        c.box(x, 240, 10, 266, frame)
    c.box(276, 260, 190, 180, "#bcd6dc" if not c.is_dark else "#6a7d8c")
    c.box(484, 260, 202, 180, "#a9c5cc" if not c.is_dark else "#5c6f7e")
    hub = (580, 340)
    for dx, dy in ((-80, -60), (-30, -76), (50, -70), (90, -10), (70, 80), (-10, 90), (-84, 50)):
        c.line([hub, (hub[0] + dx, hub[1] + dy)], "#f3f8f8", 3)
    c.shape([(560, 320), (606, 318), (612, 352), (584, 372), (556, 352)], shade(c.sky_low, 0.9))
    c.box(300, 450, 250, 14, "#8a5a36", 4)
    c.box(790, 210, 12, 296, frame)
    c.box(752, 170, 88, 74, "#2f6db0", 8)
    c.box(768, 188, 56, 28, "#f4ead8", 5)
    c.oval(780, 220, 6, 6, "#f4ead8")
    c.oval(812, 220, 6, 6, "#f4ead8")


def parked(c: Canvas) -> None:
    paint_car(c, c.rng.uniform(260, 420), 508, c.rng.choice(["#b5432f", "#3f6f9e", "#e0dccf", "#55606b", "#2f6b5a"]))
    for x in range(0, WIDTH, 180):
        c.box(x, 560, 90, 10, "#f4ead8", 2)


def wreck(c: Canvas) -> None:
    x = c.rng.uniform(240, 400)
    paint_car(c, x, 560, c.rng.choice(["#8a6f55", "#7d7f63", "#6f6a7a"]), flat=True)
    for dx, dy in ((30, 486), (150, 470), (330, 492), (390, 500)):
        c.blob(x + dx, dy, 26, 14, "#a4603c", 5)
    for dx in (-24, 120, 260, 440):
        for lean in (-10, 0, 10):
            c.line([(x + dx, 572), (x + dx + lean, 536)], "#5d8a3f", 4)
    c.box(x + 170, 440, 54, 34, "#f2d23c", 2)


def paint_car(c: Canvas, x: float, y: float, colour: str, *, flat: bool = False) -> None:
    """`y` is where the wheels stand; about 430 wide."""
    body = shade(colour, 0.6) if c.is_dark else colour
    c.oval(x + 210, y + 2, 230, 14, shade(c.road, 0.7))
    c.box(x, y - 104, 430, 84, body, 30)
    c.shape([(x + 82, y - 98), (x + 136, y - 170), (x + 300, y - 170), (x + 366, y - 98)], body)
    glass = "#3f5563" if c.is_dark else "#bfd8e0"
    c.shape([(x + 108, y - 100), (x + 146, y - 156), (x + 212, y - 156), (x + 212, y - 100)], glass)
    c.shape([(x + 226, y - 100), (x + 226, y - 156), (x + 292, y - 156), (x + 338, y - 100)], glass)
    c.box(x + 4, y - 82, 26, 18, "#f6dd92", 6)
    c.box(x + 402, y - 82, 24, 18, "#c8402f", 6)
    c.box(x + 236, y - 84, 34, 7, shade(body, 0.7), 3)
    for wheel in (x + 96, x + 330):
        c.oval(wheel, y - 20, 40, 22 if flat else 40, "#26282b")
        c.oval(wheel, y - 20, 20, 12 if flat else 20, "#b9bdbf")


MOTIFS: dict[str, tuple[Motif, tuple[str, ...]]] = {
    "pothole": (pothole, ("noon", "grey", "morning")),
    "pavement": (pavement, ("noon", "grey", "morning")),
    "signs": (sign, ("noon", "grey", "dusk")),
    "cycling": (bike_lane, ("noon", "morning")),
    "tree": (tree, ("noon", "grey", "dusk")),
    "park": (flower_bed, ("noon", "morning")),
    "playground": (playground, ("noon", "morning")),
    "litter": (litter, ("grey", "morning", "noon")),
    "bin": (bin_full, ("noon", "grey")),
    "graffiti": (graffiti, ("noon", "grey", "morning")),
    "lighting": (lamp, ("night", "dusk")),
    "water": (water, ("grey", "noon")),
    "manhole": (manhole, ("noon", "grey")),
    "cables": (cables, ("noon", "morning")),
    "stop": (bus_stop, ("noon", "dusk")),
    "parking": (parked, ("noon", "morning", "grey")),
    "wreck": (wreck, ("grey", "noon")),
}
# The same place afterwards, for proofs and answers.
REPAIRED: dict[str, tuple[Motif, tuple[str, ...]]] = {
    "pothole": (patched, ("noon",)),
    "lighting": (lamp_lit, ("night",)),
    "graffiti": (clean_wall, ("noon",)),
    "tree": (planted_tree, ("morning",)),
    "": (tidy, ("noon", "morning")),
}
