"""Pictures of every page for docs/screenshots: ``python tests/browser/screenshots.py [--to FOLDER] [--light] [PAGE ...]``.

Both widths, light and dark, the whole length of the page, on the shipped council; whoever changes a page makes and
looks at them again. A long page comes in parts, ``compare-phone-light-1.png`` and so on, from top to bottom. Needs
what the browser tests need.
"""

from __future__ import annotations

import argparse
import io
import itertools
import sys
import tempfile
from pathlib import Path

import numpy as np
import visiting

from opmodel.charts.theme import DARK, PALETTE

FOLDER = visiting.ROOT / "docs" / "screenshots"
STUDY = "scenario=council&replications=20&seed=1"
WIDTHS = {"wide": 1280, "phone": 390}
#: Pixels of one picture; a longer page comes in parts, so that each can still be looked at.
LONGEST = 5000
#: Pages of which the README shows the first so many pixels.
FIRST = {"compare": 1250, "what-if": 1050}
#: What to press before the picture is taken, where a page's main part only begins on request.
PRESSED = {"what-if": ["Weigh structure against the other levers"], "how-sure": ["sets of assumptions"],
           "how-many-hires": ["Work out how many hires"]}
#: Settings of a page's own, beside the study, and seconds until its work is done, where that takes long.
SETTINGS = {"how-many-hires": "&hire_shadow=true&hire_timing=true&hire_freeze=true"}
LONG = {"how-many-hires": 1200}


def pictures(browser, address, path, width, dark):
    """One page from top to bottom, in parts of equal height, none longer than LONGEST."""
    visitor = visiting.Visitor(browser, address, width=width, height=900, dark=dark)
    try:
        visitor.open(f"/{path}?{STUDY}{SETTINGS.get(path, '')}")
        page = visitor.page
        for label in PRESSED.get(path, []):
            button = page.get_by_role("button", name=label)
            if button.count():  # done already by the picture before: results are kept
                button.first.click()
            page.wait_for_timeout(500)
            visiting.at_rest(page, LONG.get(path, 240))
        # The page scrolls inside the window, so the window grows to the page's length; the second look is for what
        # was only drawn once there was room.
        for _ in range(2):
            long = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
            tall = max(int(long) + 20, 900)
            page.set_viewport_size({"width": width, "height": tall})
            page.wait_for_timeout(700)
            visiting.at_rest(page, 240)
        number = -(-tall // LONGEST)
        edges = [k * tall // number for k in range(number + 1)]
        # Part by part: what is too long for one picture would come out empty from some height on.
        return [
            page.screenshot(clip={"x": 0, "y": top, "width": width, "height": end - top})
            for top, end in itertools.pairwise(edges)
        ]
    finally:
        visitor.close()


def keep(taken, file, first=None):
    """Write a picture, or its first so many pixels, with few enough colours to be small; gives its size in kB."""
    from PIL import Image

    shown = Image.open(io.BytesIO(taken)).convert("RGB")
    shown = shown.crop((0, 0, shown.width, first or shown.height))
    # The charts' own colours in any case: a point of them is so small beside the page that it would come out grey.
    palette = Image.new("P", (1, 1))
    marks = [int(colour[k : k + 2], 16) for colour in (*PALETTE, *map(DARK.get, PALETTE)) for k in (1, 3, 5)]
    palette.putpalette([*shown.quantize(96, method=Image.Quantize.MEDIANCUT).getpalette()[: 3 * 96], *marks])
    done = shown.quantize(palette=palette, dither=Image.Dither.NONE)
    # Each entry becomes the mean of what it stands for, so that white stays white.
    of, pixels = np.asarray(done).ravel(), np.asarray(shown).reshape(-1, 3)
    number = np.maximum(1, np.bincount(of, minlength=256))
    means = [np.bincount(of, pixels[:, k], 256) / number for k in range(3)]
    done.putpalette(np.stack(means, 1).round().astype(int).ravel().tolist())
    done.save(file, optimize=True)
    return file.stat().st_size // 1000


def main(wanted, folder, darks):
    """Take the pictures of the pages named, or of all."""
    if said := visiting.missing():
        sys.exit(said)
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as served,
        visiting.serving(Path(served)) as address,
        visiting.browsing() as browser,
    ):
        for path in wanted or visiting.PATHS:
            for name, width in WIDTHS.items():
                for dark in darks:
                    stem = f"{path}-{name}-{'dark' if dark else 'light'}"
                    parts = pictures(browser, address, path, width, dark)
                    for old in [folder / f"{stem}.png", *folder.glob(f"{stem}-[0-9].png")]:
                        old.unlink(missing_ok=True)
                    for number, part in enumerate(parts, 1):
                        file = folder / (f"{stem}-{number}.png" if len(parts) > 1 else f"{stem}.png")
                        print(file.name, keep(part, file), "kB", flush=True)
                    if path in FIRST and name == "wide" and not dark:
                        keep(parts[0], folder / f"first-{path}.png", FIRST[path])


if __name__ == "__main__":
    given = argparse.ArgumentParser(description="Pictures of the pages.")
    given.add_argument("pages", nargs="*", choices=[[], *visiting.PATHS], metavar="PAGE", help="all unless named")
    given.add_argument("--to", type=Path, default=FOLDER, help="folder for the pictures")
    given.add_argument("--light", action="store_true", help="in light only")
    asked = given.parse_args()
    main(asked.pages, asked.to, (False,) if asked.light else (False, True))
