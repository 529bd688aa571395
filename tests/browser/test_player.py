"""The player on the page 'Watch it work': by mouse and by keyboard, moving or still."""

import re

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
