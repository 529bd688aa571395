"""Pictures of every page for docs/screenshots: ``python tests/browser/screenshots.py [PAGE ...]``.

Both widths, light and dark, the whole length of the page, on the shipped council; whoever changes a page makes and
looks at them again. Needs what the browser tests need.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

import visiting

FOLDER = visiting.ROOT / "docs" / "screenshots"
STUDY = "scenario=council&replications=20&seed=1"
WIDTHS = {"wide": 1280, "phone": 390}
#: Pixels; longer pages are cut, so that a picture can still be looked at.
LONGEST = 7000
#: Pages of which the README shows the first so many pixels.
FIRST = {"compare": 1250, "what-if": 1050}
#: What to press before the picture is taken, where a page's main part only begins on request.
PRESSED = {"what-if": ["Weigh structure against the other levers"], "how-sure": ["sets of assumptions"]}


def picture(browser, address, path, width, dark):
    """One page as PNG, few enough colours to be small."""
    from PIL import Image

    visitor = visiting.Visitor(browser, address, width=width, height=900, dark=dark)
    try:
        visitor.open(f"/{path}?{STUDY}")
        page = visitor.page
        for label in PRESSED.get(path, []):
            button = page.get_by_role("button", name=label)
            if button.count():  # done already by the picture before: results are kept
                button.first.click()
            page.wait_for_timeout(500)
            visiting.at_rest(page, 240)
        # The page scrolls inside the window, so the window grows to the page's length; the second look is for what
        # was only drawn once there was room.
        for _ in range(2):
            tall = page.evaluate("document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight")
            page.set_viewport_size({"width": width, "height": min(max(int(tall) + 20, 900), LONGEST)})
            page.wait_for_timeout(700)
            visiting.at_rest(page, 240)
        taken = Image.open(io.BytesIO(page.screenshot()))
    finally:
        visitor.close()
    return taken.convert("RGB").quantize(96, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)


def main(wanted):
    """Take the pictures of the pages named, or of all."""
    if said := visiting.missing():
        sys.exit(said)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as served,
        visiting.serving(Path(served)) as address,
        visiting.browsing() as browser,
    ):
        for path in wanted or visiting.PATHS:
            for name, width in WIDTHS.items():
                for dark in (False, True):
                    file = FOLDER / f"{path}-{name}-{'dark' if dark else 'light'}.png"
                    taken = picture(browser, address, path, width, dark)
                    taken.save(file, optimize=True)
                    if path in FIRST and name == "wide" and not dark:
                        taken.crop((0, 0, width, FIRST[path])).save(FOLDER / f"first-{path}.png", optimize=True)
                    print(file.relative_to(visiting.ROOT), file.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main(sys.argv[1:])
