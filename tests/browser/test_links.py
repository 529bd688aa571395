"""Addresses: they bring back page, scenario and settings; one visitor's is not another's."""

import pytest
import visiting


@pytest.mark.parametrize("path", ["", "compare", "why", "what-if"])
def test_an_address_restores_page_scenario_and_settings(visit, path):
    page = visit(f"/{path}?scenario=minimal&replications=5&seed=7")
    assert page.get_by_role("spinbutton", name="Replications").input_value() == "5"
    assert page.get_by_role("spinbutton", name="Seed").input_value() == "7"
    assert "Minimal" in page.locator("[data-testid=stSidebar] [data-testid=stSelectbox]").inner_text() or (
        page.locator("[data-testid=stSidebar] input[role=combobox]").first.input_value() == "Minimal"
    )
    assert "Minimal" in page.inner_text("[data-testid=stMain]")


def test_settings_go_into_the_address_and_along_to_other_pages(visit):
    page = visit(f"/?{visiting.QUICK}")
    box = page.get_by_role("spinbutton", name="Replications")
    box.fill("6")
    box.press("Enter")
    page.wait_for_url("**replications=6**")
    visiting.at_rest(page)
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Why").click()
    page.wait_for_url("**/why**")
    visiting.at_rest(page)
    assert page.get_by_role("spinbutton", name="Replications").input_value() == "6"
    assert "scenario=minimal" in page.url
    assert "replications=6" in page.url


def test_an_address_that_names_nothing_says_so_and_shows_no_inside(visit):
    page = visit("/?scenario=nothing-of-the-kind&replications=4", rest=False)
    page.locator("h1, [data-testid=stAlert]").first.wait_for()
    visiting.at_rest(page)
    assert page.get_by_test_id("stException").count() == 0
    assert "Traceback" not in page.inner_text("body")
