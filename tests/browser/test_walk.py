"""A consultant's afternoon: compare, change a lever, bring a file, mend it, take it home, stop long work, come back."""

import re

import pytest
import visiting
from test_safety import upload

BAD = b"""# Our own council, tried out
name: Ours  # working title
extends: minimal.yaml
people:
  turnover: 1.7  # more than everybody
  turnovr_typo: 3
"""


def answer(page):
    return page.locator(".st-key-answer").first.inner_text()


def go(page, title):
    page.get_by_test_id("stSidebarNav").get_by_role("link", name=title).click()
    page.wait_for_timeout(300)
    visiting.at_rest(page)


def test_from_the_first_look_to_the_file_taken_home(visit, tmp_path):
    page = visit(f"/?{visiting.QUICK}")
    assert "under these assumptions" in answer(page)

    go(page, "What if")
    pull(page, "Demand", steps=2)
    assert "lever_demand=110" in page.url
    assert "under these assumptions" in answer(page)

    go(page, "Tune the scenario")
    upload(page, "ours.yaml", BAD)
    told = page.inner_text("[data-testid=stMain]")
    assert re.search(r"ours\.yaml:5:\d+: people\.turnover", told)
    assert re.search(r"ours\.yaml:6:\d+: people\.turnovr_typo", told)
    assert "2 problems" in told

    text = page.get_by_role("textbox", name="Text of the scenario file")
    text.fill(BAD.decode().replace("1.7  # more than everybody", "0.17").replace("  turnovr_typo: 3\n", ""))
    text.press("Control+Enter")
    page.get_by_text("it can be used").wait_for()
    visiting.at_rest(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download the file").click()
    taken.value.save_as(tmp_path / "ours.yaml")
    home = (tmp_path / "ours.yaml").read_text("utf-8")
    assert home.startswith("# Our own council, tried out\nname: Ours  # working title\n")
    assert "turnover: 0.17" in home

    page.reload()
    visiting.at_rest(page)
    kept = page.get_by_role("textbox", name="Text of the scenario file").input_value()
    assert kept.startswith("# Our own council, tried out")
    assert "turnover: 0.17" in kept


def test_the_verdict_follows_the_lever(visit):
    """Less demand, and today's structure ends better than it does now; more, and it ends worse."""
    page = visit("/what-if?scenario=minimal&replications=16&seed=1")
    assert verdicts(page) == []
    pull(page, "Demand", steps=-10)
    assert "lever_demand=50" in page.url
    assert verdicts(page)[0] == "better"
    pull(page, "Demand", steps=20)
    assert "lever_demand=150" in page.url
    assert verdicts(page)[0] == "worse"
    assert "a verdict needs" not in answer(page)


def pull(page, lever, steps):
    """Move a lever by keyboard, and wait for the final answer: all replications, nothing under way."""
    slider = page.get_by_test_id("stMain").get_by_role("slider", name=re.compile(f"^{lever}"))
    slider.focus()
    wanted = at(slider) + 5 * steps
    for _ in range(4 * abs(steps)):  # a page that is being drawn anew may miss a key: then it is pressed again
        now = at(slider)
        if now == wanted:
            page.wait_for_timeout(1500)
            if at(slider) == wanted:
                break
        slider.press("ArrowRight" if now < wanted else "ArrowLeft")
    visiting.at_rest(page)


def at(slider):
    """Where a lever stands."""
    return int(float(slider.evaluate("one => one.getAttribute('aria-valuenow') ?? one.value")))


def verdicts(page):
    """The last column of the table beside the levers' chart: today's structure first; none while nothing is moved."""
    table = page.get_by_test_id("stTable").first
    if "verdict" not in table.locator("thead").inner_text():
        return []
    return [row.locator("td").last.inner_text().strip() for row in table.locator("tbody tr").all()]


def test_hires_are_asked_for_by_keyboard_and_the_team_is_taken_home(visit, tmp_path):
    page = visit(f"/how-many-hires?{visiting.QUICK}&{visiting.HIRES}")
    weeks = page.get_by_role("spinbutton", name=re.compile("^Backlog, weeks"))
    weeks.fill("5.5")
    weeks.press("Enter")
    page.wait_for_url("**goal_backlog_weeks=5.5**")
    weeks.fill("5")
    weeks.press("Enter")
    page.get_by_text("at most 5 weeks").first.wait_for()  # an answer of before may say so, too
    visiting.at_rest(page)
    page.get_by_role("button", name="Work out how many hires").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-answer").wait_for()
    visiting.at_rest(page)
    assert "one more analyst" in answer(page)
    assert "under these assumptions" in answer(page)
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download as a scenario file").click()
    taken.value.save_as(tmp_path / "ours.yaml")
    home = (tmp_path / "ours.yaml").read_text("utf-8")
    assert "extends: minimal.yaml" in home
    assert "role: analyst" in home
    # The link brings question and answer back without another study.
    page.reload()
    visiting.at_rest(page)
    assert "one more analyst" in answer(page)


@pytest.mark.slow
def test_a_search_for_hires_can_be_cancelled_and_shows_what_there_is(visit):
    hires = visiting.HIRES.replace("hire_path=false", "hire_path=true").replace("hire_up_to=2", "hire_up_to=1")
    page = visit(f"/how-many-hires?scenario=council&{hires}&goal_lead_time=1", rest=False)
    page.get_by_role("button", name="Work out how many hires").click()
    page.get_by_text("So far").wait_for()
    page.get_by_text("Chance by number of hires").wait_for()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled").first.wait_for()
    page.get_by_text("Chance by number of hires").wait_for()
    visiting.at_rest(page)
    assert page.get_by_text("Chance by number of hires").count() == 1
    assert "What this rests on" in page.inner_text("[data-testid=stMain]")


def test_long_work_can_be_cancelled_and_is_still_there_after_a_reload(visit):
    page = visit("/?scenario=council&replications=200", rest=False)
    page.get_by_test_id("stProgress").wait_for()
    page.wait_for_url("**job=**")
    # A page that is loaded again finds the work where it was, and does not begin anew.
    page.wait_for_function(f"{DONE} >= 10")
    page.reload()
    page.wait_for_function(f"{DONE} >= 10")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Cancelled").first.wait_for()
    visiting.at_rest(page)
    assert page.evaluate("document.activeElement.innerText") == "Run it again", "not at the top of the page"
    so_far = page.get_by_text("Cancelled").first.inner_text()
    page.reload()
    page.get_by_text("Cancelled").first.wait_for()
    # What was in somebody's hands at the moment may have been finished since; nothing began anew.
    (before, planned), (after, still) = (
        map(int, re.search(r"after (\d+) of (\d+)", said).groups())
        for said in (so_far, page.get_by_text("Cancelled").first.inner_text())
    )
    assert planned == still == 200
    assert before <= after < 200
    page.wait_for_timeout(4000)
    page.reload()
    page.get_by_text("Cancelled").first.wait_for()
    page.get_by_role("button", name="Run it again").wait_for()


#: How much the progress bar says is done.
DONE = """(() => { const said = document.querySelector("[data-testid=stProgress]")?.innerText || "";
          return Number((said.match(/: (\\d+) of/) || [0, -1])[1]); })()"""
