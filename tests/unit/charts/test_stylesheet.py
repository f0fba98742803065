"""The colours that stand in where a page sets none can be read in light, in dark and on paper."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

import api.web.charts

STYLE = (Path(api.web.charts.__file__).parents[1] / "static" / "charts.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"(--(?:chart|heat)[\w-]+): (?:var\(--card, )?#([0-9a-f]{3,6})\)?;")


def scheme(after: str) -> dict[str, str]:
    block = STYLE.split(after, 1)[1].split("}", 1)[0]
    return {name: value * 2 if len(value) == 3 else value for name, value in COLOUR.findall(block)}


LIGHT = scheme(":where(:root) {")
DARK = scheme("(prefers-color-scheme: dark)")
SCHEMES = {"light": LIGHT, "dark": DARK, "paper": LIGHT | scheme("@media print")}


def luminance(colour: str) -> float:
    # WCAG 2.2, relative luminance.
    parts = [int(colour[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", SCHEMES)
def test_text_and_marks_stand_out(name: str) -> None:
    colours = SCHEMES[name]
    paper = colours["--chart-paper"]
    assert contrast(colours["--chart-text"], paper) >= 4.5
    assert contrast(colours["--chart-text"], colours["--chart-none"]) >= 4.5
    for mark in ("--chart-1", "--chart-2", "--chart-3", "--chart-4", "--chart-good", "--chart-bad"):
        assert contrast(colours[mark], paper) >= 3


@pytest.mark.parametrize("name", SCHEMES)
def test_the_scale_goes_one_way(name: str) -> None:
    steps = [contrast(SCHEMES[name][f"--heat-{step}"], SCHEMES[name]["--chart-paper"]) for step in range(6)]
    assert all(fainter < stronger for fainter, stronger in pairwise(steps))


def test_light_and_dark_name_the_same() -> None:
    assert LIGHT.keys() == DARK.keys()
    assert set(re.findall(r"var\((--[\w-]+)\)", STYLE)) <= LIGHT.keys()
