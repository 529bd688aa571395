"""Addresses: they bring back page, scenario and settings; one visitor's is not another's."""

import re

import pytest
import visiting

#: Pages of which the everyday tests see the address restored, beside the first of all.
FIRST = ("compare", "how-many-hires")


@pytest.mark.parametrize("path", [
    "", *(path if path in FIRST else pytest.param(path, marks=pytest.mark.slow) for path in visiting.PATHS)
])
def test_an_address_restores_page_scenario_and_settings(visit, path):
    page = visit(f"/{path}?scenario=minimal&replications=5&seed=7")
    assert page.get_by_role("spinbutton", name="Replications").input_value() == "5"
    assert page.get_by_role("spinbutton", name="Seed").input_value() == "7"
    assert "Minimal" in page.locator("[data-testid=stSidebar] [data-testid=stSelectbox]").inner_text() or (
        page.locator("[data-testid=stSidebar] input[role=combobox]").first.input_value() == "Minimal"
    )
    assert "Minimal" in page.inner_text("[data-testid=stMain]")


#: A setting of a page's own: what the address says of it, and what the visitor then reads in the main part. One of
#: each kind of box is looked at every day.
EVERYDAY = [
    ("compare", "with=minimal.today&with=minimal.centralised", "Scenarios and structures", "Minimal, centralised"),
    ("what-if", "lever_demand=120", "Demand", "120"),
    ("how-many-hires", "goal_backlog_weeks=3.5", "Backlog, weeks of work", "3.5"),
    ("how-sure", "judged_by=backlog", "Judged by", "backlog"),
]
OTHERS = [
    ("compare", "reference=federated", "Compared with", "federated"),
    ("why", "structure=centralised", "Structure", "centralised"),
    ("watch", "structure=federated", "Structure", "federated"),
    ("watch", "replication=3", "Which possible future", "3"),
    ("what-if", "figure=throughput", "Figure shown", "throughput"),
    ("how-many-hires", "hire_by=18", "By month", "18"),
    ("how-many-hires", "hire_role=analyst&hire_role=engineer", "Roles to try", "engineer"),
    ("how-sure", "sets=100", "Assumption sets", "100"),
]


def shown(page, label):
    """What a setting with this label stands at."""
    main = page.get_by_test_id("stMain")
    unfold = main.get_by_text("Choose what is compared")
    if unfold.count() and not main.get_by_text(label).first.is_visible():
        unfold.click()
        page.wait_for_timeout(500)
    for role in ("slider", "spinbutton"):
        found = main.get_by_role(role, name=re.compile(f"^{label}"))
        if found.count():
            return found.first.get_attribute("aria-valuenow") or found.first.input_value()
    box = main.locator("[data-testid=stSelectbox], [data-testid=stMultiSelect]").filter(has_text=label).first
    return f"{box.inner_text()} {box.locator('input').first.input_value()}"


@pytest.mark.parametrize(("path", "said", "label", "stands"), [
    *(pytest.param(*one, id=f"{one[0]} {one[1]}") for one in EVERYDAY),
    *(pytest.param(*one, id=f"{one[0]} {one[1]}", marks=pytest.mark.slow) for one in OTHERS),
])
def test_an_address_restores_a_page_s_own_setting_after_a_reload_too(visit, path, said, label, stands):
    page = visit(f"/{path}?{visiting.QUICK}&{said}")
    for _ in range(2):
        assert stands in shown(page, label)
        assert all(part in page.url for part in said.split("&"))
        assert page.get_by_test_id("stException").count() == 0
        page.reload()
        visiting.at_rest(page)


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
