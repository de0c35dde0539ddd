"""The street that every sample picture stands in: sky, houses, pavement, road, in flat colours."""

from random import Random

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 960, 720
FINE = 2  # drawn so many times larger, then scaled down: smooth edges
HORIZON, KERB = 400, 500  # where houses meet the pavement, and the pavement meets the road

Colour = str
Point = tuple[float, float]

# Sky from top to bottom, house fronts, pavement, road.
LIGHTS: dict[str, tuple[Colour, Colour, list[Colour], Colour, Colour]] = {
    "morning": ("#a9d3e0", "#f7e3c8", ["#e8b98a", "#d98c73", "#e6cfa0", "#b8c7a0", "#c9a2a0"], "#cbbfae", "#8b8a86"),
    "noon": ("#7fbfdc", "#dff1f3", ["#f0c987", "#e39a7b", "#f2dfb4", "#a9c7b0", "#d9aeb0"], "#d6cbb9", "#94948f"),
    "grey": ("#b4bec4", "#dfe2e0", ["#c9b79c", "#b98f80", "#cdc4ab", "#9fae9f", "#b09a9c"], "#bab5aa", "#7d7f80"),
    "dusk": ("#4a4a7c", "#f0a679", ["#9a6f6a", "#86535c", "#a08878", "#6d7a7c", "#7e6175"], "#8d8286", "#55545e"),
    "night": ("#171d3a", "#3b4468", ["#3f4057", "#38334a", "#4a4758", "#333f4c", "#3d3350"], "#4b4b5a", "#2c2d38"),
}


class Canvas:
    """Pillow's drawing in units of the finished picture."""

    def __init__(self, rng: Random, light: str) -> None:
        self.rng = rng
        self.light = light
        self.sky_top, self.sky_low, self.fronts, self.pavement, self.road = LIGHTS[light]
        self.image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), self.sky_low)
        self.draw = ImageDraw.Draw(self.image)

    @property
    def is_dark(self) -> bool:
        return self.light in ("dusk", "night")

    def box(self, x: float, y: float, w: float, h: float, fill: Colour, radius: float = 0) -> None:
        corners = (x * FINE, y * FINE, (x + w) * FINE, (y + h) * FINE)
        self.draw.rounded_rectangle(corners, radius * FINE, fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        self.draw.ellipse(((x - rx) * FINE, (y - ry) * FINE, (x + rx) * FINE, (y + ry) * FINE), fill)

    def shape(self, points: list[Point], fill: Colour) -> None:
        self.draw.polygon([(x * FINE, y * FINE) for x, y in points], fill)

    def line(self, points: list[Point], fill: Colour, width: float) -> None:
        self.draw.line([(x * FINE, y * FINE) for x, y in points], fill, round(width * FINE), joint="curve")

    def blob(self, x: float, y: float, rx: float, ry: float, fill: Colour, bumps: int = 9) -> None:
        """An uneven oval: foliage, a hole, a puddle."""
        for _ in range(bumps):
            dx, dy = self.rng.uniform(-0.55, 0.55), self.rng.uniform(-0.5, 0.5)
            size = self.rng.uniform(0.45, 0.7)
            self.oval(x + dx * rx, y + dy * ry, rx * size, ry * size, fill)

    def finished(self) -> Image.Image:
        image = self.image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        return image.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if self.rng.random() < 0.5 else image


def shade(colour: Colour, by: float) -> Colour:
    """Darker (below 1) or lighter (above 1)."""
    channels = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return "#" + "".join(f"{max(0, min(255, round(c * by))):02x}" for c in channels)


def street(rng: Random, light: str, *, kerb: int = KERB) -> Canvas:
    canvas = Canvas(rng, light)
    paint_sky(canvas)
    paint_houses(canvas)
    canvas.box(0, HORIZON, WIDTH, HEIGHT - HORIZON, canvas.pavement)
    for end in range(-600, WIDTH + 600, 120):
        canvas.line([(480 + (end - 480) * 0.75, HORIZON), (end, kerb)], shade(canvas.pavement, 0.92), 2)
    canvas.box(0, kerb, WIDTH, 14, shade(canvas.pavement, 0.78))
    canvas.box(0, kerb + 14, WIDTH, HEIGHT - kerb, canvas.road)
    for _ in range(60):
        x, y = rng.uniform(0, WIDTH), rng.uniform(kerb + 24, HEIGHT)
        canvas.oval(x, y, rng.uniform(1, 4), 1, shade(canvas.road, rng.choice([0.9, 1.08])))
    return canvas


def paint_sky(canvas: Canvas) -> None:
    top, low = (tuple(int(c[i : i + 2], 16) for i in (1, 3, 5)) for c in (canvas.sky_top, canvas.sky_low))
    steps = 40
    for step in range(steps):
        mix = [round(a + (b - a) * step / steps) for a, b in zip(top, low, strict=True)]
        canvas.box(0, step * HORIZON / steps, WIDTH, HORIZON / steps + 1, "#{:02x}{:02x}{:02x}".format(*mix))
    rng = canvas.rng
    if canvas.is_dark:
        canvas.oval(rng.uniform(100, 860), 70, 26, 26, "#f4ecd0")
        return
    if canvas.light != "grey":
        canvas.oval(rng.uniform(100, 860), rng.uniform(50, 110), 38, 38, "#fff3c4")
    for _ in range(3):
        x, y = rng.uniform(0, WIDTH), rng.uniform(40, 160)
        for part in range(4):
            canvas.oval(x + part * 26, y - (part % 2) * 10, 32, 17, shade(canvas.sky_low, 1.06))


def paint_houses(canvas: Canvas) -> None:
    rng = canvas.rng
    x = rng.uniform(-90, -20)
    while x < WIDTH:
        width, height = rng.choice([130, 160, 190, 220]), rng.uniform(190, 330)
        paint_house(canvas, x, width, height, rng.choice(canvas.fronts))
        x += width


def paint_house(canvas: Canvas, x: float, width: float, height: float, front: Colour) -> None:
    rng = canvas.rng
    top = HORIZON - height
    canvas.box(x, top, width, height, front)
    canvas.box(x - 4, top - 10, width + 8, 14, shade(front, 0.8))
    if rng.random() < 0.6:
        canvas.shape([(x, top - 10), (x + 26, top - 52), (x + width - 26, top - 52), (x + width, top - 10)],
                     shade("#a4533c", 0.5 if canvas.is_dark else 1))  # fmt: skip
    columns = int(width // 46)
    gap = (width - columns * 26) / (columns + 1)
    for row in range(int((height - 90) // 62) + 1):
        for column in range(columns):
            lit = canvas.is_dark and rng.random() < 0.4
            wx, wy = x + gap + column * (26 + gap), top + 22 + row * 62
            canvas.box(wx - 3, wy - 3, 32, 44, shade(front, 1.14), 2)
            canvas.box(wx, wy, 26, 38, "#ffd98a" if lit else shade(canvas.sky_top, 0.75), 2)
            canvas.box(wx + 12, wy, 2, 38, shade(front, 1.14))
    if height > 230 and rng.random() < 0.7:
        paint_shop(canvas, x, width, front)
    else:
        canvas.box(x + width / 2 - 18, HORIZON - 62, 36, 62, shade(front, 0.55), 3)


def paint_shop(canvas: Canvas, x: float, width: float, front: Colour) -> None:
    awning = canvas.rng.choice(["#b5432f", "#2f6b5a", "#35609a", "#c28a2b"])
    canvas.box(x + 10, HORIZON - 58, width - 20, 58, shade(front, 0.6), 2)
    canvas.box(x + 18, HORIZON - 46, width - 80, 38, "#ffe1a0" if canvas.is_dark else "#d8e8e8", 2)
    canvas.box(x + width - 52, HORIZON - 48, 30, 48, shade(front, 0.45), 2)
    stripes = int((width - 8) // 16)
    for stripe in range(stripes):
        canvas.box(x + 4 + stripe * 16, HORIZON - 72, 16, 22, awning if stripe % 2 else "#f4ead8", 3)
