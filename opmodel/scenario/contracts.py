"""Kinds of contract other than an ordinary permanent one: what changes for a post that is filled on them."""

from __future__ import annotations

from typing import Literal

from opmodel.scenario.quantity import Days, Number, PositiveNumber, Pounds, Share, days, param, pounds, share
from opmodel.scenario.section import Section

ContractKind = Literal["permanent", "career_grade", "apprentice", "secondment", "agency", "contractor"]


class Contract(Section):
    """What a kind of contract changes; where nothing is stated, things are as with a permanent post."""

    levels_below: Number = param(0.0, tag="D", source="at the role's levels")
    """Skill levels below the role's at the start, in every skill; learning closes the gap."""
    pay: Share = share(1.0, tag="D", source="the role's salary")
    """Share of the role's salary."""
    day_rate: Pounds | None = None
    """Pounds for a day on duty, instead of a salary and on-costs."""
    off_the_job: Share = share(0.0, tag="D", source="none")
    """Share of time on duty spent in training off the job."""
    fill_odds: PositiveNumber = param(1.0, tag="D", source="as the role's own adverts")
    """Odds that an advert fills the post, as a multiple of those of the role's own adverts."""
    fill_chance: Share | None = None
    """Chance that an advert fills the post, whatever the role's; None to go by the role's and fill_odds."""
    search: Days | None = None
    """Time to find somebody, without an advert that may fail; None for an advert as usual."""
    notice: Days | None = None
    """Own value of people.notice."""
    ramp_up: Days | None = None
    """Own value of people.ramp_up."""
    stays: Days | None = None
    """Time after which the holder leaves again, where the hire does not state it; None for good."""


class CareerGrade(Contract):
    """A post that starts a level below its role and grows into it."""

    levels_below: Number = param(1.0, 0.5, 1.5, source="one grade below, with progression")
    """Skill levels below the role's at the start, in every skill; learning closes the gap."""
    pay: Share = share(0.88, 0.80, 0.92, tag="D", source="SCP 23 against SCP 28, NJC 2025/26 [S28]")
    """Share of the role's salary."""
    off_the_job: Share = share(0.05, 0.0, 0.10)
    """Share of time on duty spent in training off the job."""
    fill_odds: PositiveNumber = param(
        2.43, 1.0, 8.1, source="fewer requirements than the role's own advert: 0.85 where that fills with 0.7"
    )
    """Odds that an advert fills the post, as a multiple of those of the role's own adverts."""


class Apprentice(Contract):
    """An apprentice, trained off the job for a part of the week."""

    levels_below: Number = param(2.0, 1.0, 2.0, source="from no experience")
    """Skill levels below the role's at the start, in every skill; learning closes the gap."""
    pay: Share = share(0.65, 0.50, 0.80)
    """Share of the role's salary."""
    off_the_job: Share = share(
        0.16, 0.16, 0.20, tag="G", source="six hours of a 37-hour week, the least that apprenticeship funding asks for"
    )
    """Share of time on duty spent in training off the job."""
    fill_odds: PositiveNumber = param(
        3.86, 1.0, 8.1, source="many applicants for few places: 0.90 where the role's own adverts fill with 0.7"
    )
    """Odds that an advert fills the post, as a multiple of those of the role's own adverts."""


class Secondment(Contract):
    """Somebody from elsewhere in the organisation, who goes back."""

    search: Days | None = days(20.0, 10.0, 40.0, source="an internal call")
    """Time to find somebody, without an advert that may fail; None for an advert as usual."""
    notice: Days | None = days(20.0, 10.0, 40.0, source="release by the present manager")
    """Own value of people.notice."""
    ramp_up: Days | None = days(60.0, 30.0, 140.0, source="knows the organisation already")
    """Own value of people.ramp_up."""
    stays: Days | None = days(260.0, 130.0, 520.0, source="a year is usual")
    """Time after which the holder leaves again, where the hire does not state it; None for good."""


class Contractor(Contract):
    """A supplier's practitioner on a call-off contract: soon there, dear, and gone again."""

    day_rate: Pounds | None = pounds(1000.0, 800.0, 1285.0, tag="S", source="G-Cloud SFIA rate cards [S36]")
    """Pounds for a day on duty, instead of a salary and on-costs."""
    search: Days | None = days(15.0, 5.0, 30.0, source="call-off from a framework")
    """Time to find somebody, without an advert that may fail; None for an advert as usual."""
    notice: Days | None = days(0.0, tag="A", source="available at once")
    """Own value of people.notice."""
    ramp_up: Days | None = days(40.0, 20.0, 80.0, source="experienced, new to the organisation")
    """Own value of people.ramp_up."""
    stays: Days | None = days(130.0, 65.0, 260.0, source="half a year is usual")
    """Time after which the holder leaves again, where the hire does not state it; None for good."""


class Contracts(Section):
    """Terms of every kind of contract but the permanent one and agency cover (people.agency_start, costs)."""

    career_grade: CareerGrade = CareerGrade()
    """A post that starts a level below its role and grows into it."""
    apprentice: Apprentice = Apprentice()
    """An apprentice, trained off the job for a part of the week."""
    secondment: Secondment = Secondment()
    """Somebody from elsewhere in the organisation, who goes back."""
    contractor: Contractor = Contractor()
    """A supplier's practitioner on a call-off contract."""

    def of(self, kind: ContractKind) -> Contract | None:
        """Terms of a kind of contract; None for permanent posts and agency cover."""
        return None if kind in ("permanent", "agency") else getattr(self, kind)  # type: ignore[no-any-return]
