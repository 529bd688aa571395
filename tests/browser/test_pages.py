"""Every page, at both widths and in both themes: it answers, axe finds nothing, nothing spills, charts have words."""

import pytest
import visiting
from test_safety import upload
from test_walk import BAD

WIDE, NARROW = 1280, 390


def looked_at(visit, path, width, dark):
    page = visit(f"/{path}?{visiting.QUICK}", width=width, dark=dark)
    assert page.locator("h1").count() == 1
    assert page.get_by_test_id("stException").count() == 0
    assert "could not be worked out" not in page.inner_text("[data-testid=stMain]")
    assert page.get_by_text("Page not found").count() == 0
    assert "scenario=minimal" in page.url
    assert "replications=4" in page.url
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")
    assert background == ("rgb(14, 17, 23)" if dark else "rgb(255, 255, 255)")
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        said = chart.get_attribute("aria-label") or ""  # its own: those inside name axes and marks
        assert len(said.split()) > 4, "a chart without its takeaway"
    assert visiting.overflow(page) <= 0
    assert visiting.spilt(page) == []
    assert visiting.violations(page) == []


#: Pages that are looked at every day on a phone, too; the rest of both is for the slow tests.
ON_A_PHONE = ("compare", "what-if", "how-many-hires")


@pytest.mark.parametrize("path", [
    pytest.param(path, marks=pytest.mark.slow) if path == "check" else path for path in visiting.PATHS
])
def test_a_page_on_a_desk_in_light(visit, path):
    looked_at(visit, path, WIDE, dark=False)


@pytest.mark.parametrize("path", [
    path if path in ON_A_PHONE else pytest.param(path, marks=pytest.mark.slow) for path in visiting.PATHS
])
def test_a_page_on_a_phone_in_dark(visit, path):
    looked_at(visit, path, NARROW, dark=True)


@pytest.mark.slow
@pytest.mark.parametrize("path", visiting.PATHS)
@pytest.mark.parametrize(("width", "dark"), [(WIDE, True), (NARROW, False), (320, False)])
def test_a_page_otherwise(visit, path, width, dark):
    looked_at(visit, path, width, dark)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (NARROW, True)])
def test_axe_finds_nothing_in_what_a_visitor_unfolds(visit, width, dark):
    page = visit(f"/compare?{visiting.QUICK}", width=width, dark=dark)
    folded = page.locator("[data-testid=stMain] [data-testid=stExpander] summary")
    assert folded.count() > 5
    for one in folded.all():
        one.click()
    page.wait_for_timeout(1000)
    visiting.at_rest(page)
    sound(page)


@pytest.mark.parametrize(("width", "dark"), [(WIDE, True), pytest.param(NARROW, False, marks=pytest.mark.slow)])
def test_axe_finds_nothing_after_a_lever_was_moved(visit, width, dark):
    page = visit(f"/what-if?{visiting.QUICK}", width=width, dark=dark)
    slider = page.get_by_test_id("stMain").get_by_role("slider").first
    slider.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(1500)
    visiting.at_rest(page)
    assert "lever_" in page.url
    sound(page)


@pytest.mark.slow
@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (NARROW, True)])
def test_axe_finds_nothing_in_what_the_hiring_planner_found(visit, width, dark):
    page = visit(f"/how-many-hires?{visiting.QUICK}&{visiting.HIRES}&hire_shadow=true", width=width, dark=dark)
    page.get_by_role("button", name="Work out how many hires").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-answer").wait_for()
    visiting.at_rest(page)
    for one in page.locator("[data-testid=stMain] [data-testid=stExpander] summary").all():
        one.click()
    page.wait_for_timeout(1000)
    visiting.at_rest(page)
    for chart in page.get_by_test_id("stVegaLiteChart").all():
        said = chart.get_attribute("aria-label") or ""  # its own: those inside name axes and marks
        assert len(said.split()) > 4, "a chart without its takeaway"
    assert page.get_by_test_id("stVegaLiteChart").count() == 4
    sound(page)


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_money_stays_whole_and_headings_have_their_order(visit, width):
    page = visit(f"/how-many-hires?{visiting.QUICK}&{visiting.HIRES}", width=width)
    page.get_by_role("button", name="Work out how many hires").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-answer").wait_for()
    visiting.at_rest(page)
    sizes = [
        page.locator(f"[data-testid=stMain] {tag}").first.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        for tag in ("h1", "h2", "h3")
    ]
    assert sizes[0] > sizes[1] > sizes[2]
    lines = page.evaluate("""() => [...document.querySelectorAll("[data-testid=stTable] td p")]
      .filter(cell => /^£[\\d,]+$/.test(cell.innerText.trim()))
      .map(cell => { const range = document.createRange(); range.selectNodeContents(cell);
                     return new Set([...range.getClientRects()].map(one => Math.round(one.top))).size; })""")
    assert lines
    assert set(lines) == {1}


@pytest.mark.slow
@pytest.mark.parametrize("back", [True, False])
def test_a_question_about_hires_and_its_answer_are_there_again_after_another_page(visit, back):
    page = visit(f"/how-many-hires?{visiting.QUICK}&{visiting.HIRES}")
    page.get_by_role("button", name="Work out how many hires").focus()
    page.keyboard.press("Enter")
    page.locator(".st-key-answer").wait_for()
    visiting.at_rest(page)
    said = page.locator(".st-key-answer").inner_text()
    menu = page.get_by_test_id("stSidebarNav")
    menu.get_by_text("Why", exact=True).click()
    page.get_by_role("heading", name="Why", exact=False).first.wait_for()
    visiting.at_rest(page)
    assert "hire_" not in page.url
    if back:
        page.go_back()
    else:
        menu.get_by_text("How many hires").click()
    page.get_by_role("heading", name="How many hires?").wait_for()
    visiting.at_rest(page)
    assert "hire_sure=50" in page.url
    assert "hire_up_to=2" in page.url
    assert page.locator(".st-key-answer").inner_text() == said


@pytest.mark.parametrize(("width", "dark"), [pytest.param(WIDE, False, marks=pytest.mark.slow), (NARROW, True)])
def test_axe_finds_nothing_beside_a_wrong_file(visit, width, dark):
    page = visit(f"/tune?{visiting.QUICK}", width=width, dark=dark)
    upload(page, "ours.yaml", BAD)
    assert "2 problems" in page.inner_text("[data-testid=stMain]")
    sound(page)


def sound(page):
    """After something was done the page is as sound as it was at first."""
    assert visiting.violations(page) == []
    assert visiting.overflow(page) <= 0
    assert visiting.spilt(page) == []


def test_the_tour_is_offered_once_and_can_be_closed(visit):
    page = visit(f"/?{visiting.QUICK}", tour=True)
    page.get_by_role("button", name="Close the tour").click()
    visiting.at_rest(page)
    assert page.get_by_role("button", name="Close the tour").count() == 0
    page.reload()
    visiting.at_rest(page)
    assert page.get_by_role("button", name="Close the tour").count() == 0
    assert visiting.violations(page) == []


def test_the_keyboard_reaches_the_content_first_of_all(visit):
    page = visit(f"/why?{visiting.QUICK}")
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate("document.activeElement.innerText")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('[data-testid=stMain]')")
