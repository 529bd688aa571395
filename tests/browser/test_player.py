"""The player on the page 'Watch it work': by mouse and by keyboard, moving or still."""

import itertools
import re

import pytest
import visiting

WATCH = f"/watch?{visiting.QUICK}"


def week(page):
    return int(re.search(r"Week (\d+) of 104", page.locator(".player .when").inner_text())[1])


def delivered_by_52(table):
    """The second figure, that of week 52, in the row of deliveries."""
    return re.search(r"delivered so far\s+\S+\s+(\S+)", table)[1]


def test_nothing_moves_until_play_and_pause_tells_how_it_stands(visit):
    page = visit(WATCH)
    page.wait_for_timeout(1500)
    assert week(page) == 0
    play = page.get_by_role("button", name="Play")
    play.click()
    page.wait_for_timeout(2500)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(600)
    assert week(page) > 0
    told = page.get_by_role("status").filter(has_text="requests open").inner_text()
    assert told.startswith(f"Week {week(page)}, ")
    assert page.get_by_text("Your device asks for less motion").is_visible()


#: Where shapes are drawn from now on: [[x, y, ...] of each picture], in pixels of the picture.
WATCHED = """() => {
  window.drawn = [];
  const proto = CanvasRenderingContext2D.prototype;
  const { clearRect, rect, arc } = proto;
  proto.clearRect = function (...at) { window.drawn.push([]); return clearRect.apply(this, at); };
  for (const [name, was] of Object.entries({ rect, arc })) {
    proto[name] = function (...at) {
      window.drawn.at(-1)?.push([Math.round(10 * at[0]) / 10, Math.round(10 * at[1]) / 10]);
      return was.apply(this, at);
    };
  }
}"""


def test_requests_move_between_the_boxes_until_pause(visit):
    page = visit(WATCH, still=False)
    assert not page.get_by_text("Your device asks for less motion").is_visible()
    assert page.get_by_text("statutory request").first.is_visible()
    page.evaluate(WATCHED)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("window.drawn.filter((shapes) => shapes.length).length > 20")
    page.wait_for_timeout(1500)
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(600)
    pictures = [shapes for shapes in page.evaluate("window.drawn") if shapes]
    assert week(page) > 0
    assert len({tuple(map(tuple, shapes)) for shapes in pictures}) > 15, "shapes stand still"
    # The same request a moment later: somewhere else, not far off.
    moved = [
        abs(a[0] - b[0]) + abs(a[1] - b[1])
        for before, after in itertools.pairwise(pictures) if len(before) == len(after)
        for a, b in zip(before, after, strict=True)
    ]
    assert sum(0 < way < 120 for way in moved) > 10
    stands, count = week(page), page.evaluate("window.drawn.length")
    page.wait_for_timeout(1200)
    assert (week(page), page.evaluate("window.drawn.length")) == (stands, count)


@pytest.mark.slow
def test_with_less_motion_play_goes_from_week_to_week_and_nothing_moves(visit):
    page = visit(WATCH)
    page.evaluate(WATCHED)
    page.get_by_role("button", name="Play").click()
    page.locator(".player .when").filter(has_text="Week 3 ").wait_for()
    page.get_by_role("button", name="Pause").click()
    stands = week(page)
    page.get_by_role("group", name=re.compile("^The picture")).focus()
    page.keyboard.press("ArrowRight")
    assert week(page) == stands + 1
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert week(page) == stands - 1
    drawn = page.evaluate("window.drawn")
    assert len(drawn) > 3
    assert not any(drawn)


def test_it_is_worked_by_keyboard(visit):
    page = visit(WATCH)
    picture = page.get_by_role("group", name=re.compile("^The picture"))
    picture.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert week(page) == 2
    page.keyboard.press("End")
    assert week(page) == 104
    assert page.get_by_role("button", name="Play again").is_visible()
    page.keyboard.press("Home")
    page.keyboard.press(" ")
    assert page.get_by_role("button", name="Pause").is_visible()
    page.keyboard.press(" ")
    slider = page.get_by_role("slider", name="Week")
    slider.focus()
    page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext").startswith("week 104, ")


@pytest.mark.slow
def test_the_picture_ends_with_the_figures_of_the_table_and_keeps_its_week(visit):
    page = visit(WATCH)
    page.get_by_role("slider", name="Week").fill("52")
    table = page.get_by_test_id("stTable").first.inner_text()
    assert page.locator(".player .ends .big").first.inner_text() == delivered_by_52(table)
    page.get_by_role("spinbutton", name="Which possible future").fill("1")
    page.keyboard.press("Enter")
    page.wait_for_function("old => document.querySelector('[data-testid=stTable]')?.innerText !== old", arg=table)
    visiting.at_rest(page)
    assert week(page) == 52
    after = page.get_by_test_id("stTable").first.inner_text()
    assert page.locator(".player .ends .big").first.inner_text() == delivered_by_52(after)
