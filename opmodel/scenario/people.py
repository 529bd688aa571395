"""Who does the work: skills, levels, roles, posts, time off, starting, learning, leaving, hires."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from opmodel.scenario.contracts import ContractKind
from opmodel.scenario.demand import Level
from opmodel.scenario.quantity import (
    Days,
    Number,
    PositiveDays,
    PositiveNumber,
    PositiveShare,
    Pounds,
    Share,
    days,
    param,
    pounds,
    share,
)
from opmodel.scenario.section import Name, Section

DEFAULT_SKILLS: tuple[str, ...] = (
    "analysis",
    "visualisation",
    "engineering",
    "data_science",
    "architecture",
    "governance",
    "stakeholder",
)


class LevelValues(Section):
    """One value per skill level."""

    awareness: PositiveNumber
    """Value at awareness."""
    working: PositiveNumber
    """Value at working level."""
    practitioner: PositiveNumber
    """Value at practitioner level."""
    expert: PositiveNumber
    """Value at expert level."""


class SpeedByLevel(LevelValues):
    """Speed of a person at each level; a practitioner is 1."""

    awareness: PositiveNumber = param(0.5, 0.4, 0.6, source="shape from 0.8 to 1.2 in a Brooks's-law model [S15]")
    """Speed at awareness."""
    working: PositiveNumber = param(0.8, 0.7, 0.9, source="shape from 0.8 to 1.2 in a Brooks's-law model [S15]")
    """Speed at working level."""
    practitioner: PositiveNumber = param(1.0, tag="D", source="the unit of effort")
    """Speed at practitioner level."""
    expert: PositiveNumber = param(1.25, 1.1, 1.5, source="shape from 0.8 to 1.2 in a Brooks's-law model [S15]")
    """Speed at expert level."""


class ReworkByLevel(LevelValues):
    """Factor on the rework probability at each level; a practitioner is 1."""

    awareness: PositiveNumber = param(2.0, 1.5, 3.0)
    """Factor at awareness."""
    working: PositiveNumber = param(1.3, 1.1, 1.6)
    """Factor at working level."""
    practitioner: PositiveNumber = param(1.0, tag="D", source="the reference level")
    """Factor at practitioner level."""
    expert: PositiveNumber = param(0.7, 0.5, 0.9)
    """Factor at expert level."""


class Role(Section):
    """A kind of post: its skills with their levels, its pay."""

    skills: dict[Name, Level] = Field(min_length=1)
    """Level at which a holder has each skill. The first is the primary skill (the speciality)."""
    salary: Pounds
    """Pounds a year, full time, without on-costs."""
    time_to_hire: Days | None = None
    """Own value of people.time_to_hire."""
    fill_chance: Share | None = None
    """Own value of people.fill_chance."""
    market_pay: Pounds | None = None
    """What the market pays a year for such a post, full time; adverts fill less often the further the salary with its
    supplement lies below it. A contract that pays a share of the salary is compared with that share of it."""


class Post(Section):
    """Seats of one role. A post's name is a code; a person's name is replaced by one on load."""

    role: Name
    """The role of the seats."""
    count: int = Field(default=1, ge=1, le=2000)
    """Number of seats."""
    fte: PositiveNumber = param(1.0, tag="file", source="full time unless stated")
    """Full-time equivalent of each seat."""
    contract: Literal["permanent", "agency"] = "permanent"
    """Agency holders cost a day rate, need no on-costs, and do not resign; they leave when their time is up."""
    leaves: Days | None = None
    """Time after which the holders are known to leave (agency contracts, retirements)."""
    refilled: bool = True
    """Whether a leaver is replaced."""
    successor_starts: Days | None = None
    """Known start of the successor; without it approval, advert, time to hire and notice are drawn."""


class Hire(Section):
    """Posts to be opened: approval, advert, time to hire and notice run from the opening."""

    role: Name
    """The role hired."""
    count: int = Field(default=1, ge=1, le=500)
    """Number of hires."""
    fte: PositiveNumber = param(1.0, tag="file", source="full time unless stated")
    """Full-time equivalent of each hire."""
    opens: Days = days(0.0, tag="file", source="at the start unless stated")
    """When the vacancy opens."""
    starts: Days | None = None
    """Known start; without it recruitment is drawn."""
    team: Name | None = None
    """The team that gets them; without it the role's next seat."""
    contract: ContractKind = "permanent"
    """Kind of contract: agency staff cost a day rate; for the others see contracts. Successors get the same terms."""
    supplement: Pounds = pounds(0.0, tag="file", source="none unless stated")
    """Market supplement, pounds a year on top of the salary; adverts fill more often where it closes a gap in pay."""
    stays: Days | None = None
    """Time after which they leave again, and are not replaced; without it the contract's own."""


class Training(Section):
    """Present holders of a post learn a skill: time off the job first, the higher level afterwards."""

    post: Name
    """The post whose holders are trained."""
    team: Name | None = None
    """The team whose seats of the post are meant; without it the post's first seats."""
    count: int = Field(default=1, ge=1, le=500)
    """Number of people trained."""
    skill: Name
    """The skill."""
    levels: Number = param(1.0, 1.0, 1.0, tag="file", source="one level unless stated")
    """Levels gained; from no knowledge the first is awareness."""
    opens: Days = days(0.0, tag="file", source="at the start unless stated")
    """When it begins."""
    off_the_job: PositiveDays = days(20.0, 10.0, 40.0, source="a course of four weeks in all")
    """Working days off the job in all."""
    over: PositiveDays = days(130.0, 65.0, 260.0, source="spread over half a year")
    """Time over which they are spread."""
    fee: Pounds = pounds(3000.0, 1500.0, 6000.0, source="no published figure found")
    """Pounds for each person."""


class TimeOff(Section):
    """Days off duty a year. Bank holidays are everyone's; the rest falls on the other days."""

    bank_holidays: Literal["england_wales", "none"] = "england_wales"
    """Whose bank holidays everybody has."""
    annual_leave: Number = param(27.0, 25.0, 31.0, tag="S", source="NJC 23 + 2 days, +3 after five years [S28]")
    """Days of leave a year, without bank holidays."""
    sickness: Number = param(9.0, 6.0, 13.3, tag="S", source="LGA 8.8 [S30]; CIPD public sector 13.3 [S31]")
    """Days of sickness a year."""
    training: Number = param(4.0, 1.0, 8.0, tag="S", source="LGA 0.97 [S30]; allowance for professional development")
    """Training days a year."""
    sickness_spell: PositiveDays = days(3.0, 2.0, 5.0, source="mean length of a sickness spell")
    """Mean length of a sickness spell (geometric)."""


class People(Section):
    """Pace, starting, learning, familiarity, leaving."""

    productive_share: PositiveShare = share(
        0.86, 0.75, 0.90, source="corporate time only; communication, mentoring and line management are apart"
    )
    """Share of on-duty time not taken by corporate meetings and administration."""
    communication: Number = param(
        0.0006, 0.0002, 0.0010, tag="S", source="Brooks's-law model [S15], 0.06 % per person squared"
    )
    """Share of time lost to communication per squared number of people in a sub-team."""
    communication_cap: Share = share(0.40, tag="A", source="cap of the same model")
    """Most that communication can take."""
    sub_team_size_max: Number = param(7.0, 5.0, 9.0, tag="S", source="QSM 3 to 7 [S17]; team topologies 5 to 9")
    """Larger teams split into near-equal sub-teams of at most this size."""
    line_management: Days = days(2.0 / 7.4, 1.0 / 7.4, 3.0 / 7.4)
    """Time a week that a lead spends on each person managed."""
    lead_from: int = Field(default=3, ge=2, le=20)
    """Smallest team that has a lead."""
    unfamiliar_penalty: Number = param(0.30, 0.10, 0.60, source="bracketed by 1.2 / 0.8 [S15]; sign from [S13] [S14]")
    """Extra share of effort for someone who does not know the directorate at all."""
    familiarity_time: PositiveDays = days(80.0, 40.0, 140.0, source="at most 28 weeks [S34]")
    """Time constant: work for a directorate after which 63 % of its ways are known."""
    familiarity_half_life: PositiveDays = days(260.0, 130.0, 520.0)
    """Time without work for a directorate in which half is forgotten."""
    ramp_up: Days = days(140.0, 60.0, 160.0, tag="S", source="28 weeks to full productivity [S34]")
    """Time until a newcomer is at full pace."""
    ramp_start: Share = share(0.67, 0.40, 0.80, tag="S", source="0.8 / 1.2 in a Brooks's-law model [S15]")
    """Pace of a newcomer on the first day, relative to full pace."""
    mentor_tax: Share = share(0.25, 0.10, 0.30, tag="S", source="Brooks's-law model [S15]")
    """Share of an experienced person's time that a newcomer takes on the first day; it falls with the ramp."""
    unmentored_ramp: PositiveNumber = param(1.5, 1.0, 2.0, source="nobody to learn from")
    """Factor on the ramp-up time of a newcomer without a mentor."""
    turnover: Share = share(0.134, 0.08, 0.20, tag="S", source="LGA workforce survey [S30]")
    """Share of people who resign in a year."""
    overload_effect: Number = param(0.5, 0.0, 1.5)
    """Rise of the resignation hazard for each 0.1 of 13-week utilisation above 0.9."""
    approval: Days = days(20.0, 10.0, 60.0)
    """Time to approve filling a vacancy."""
    time_to_hire: Days = days(
        55.0 * 5 / 7, 42.0 * 5 / 7, 100.0 * 5 / 7, tag="S", source="councils 55 calendar days [S32] [S33]"
    )
    """Time from an advert to an accepted offer (or to its failure)."""
    agency_start: Days = days(10.0, 5.0, 20.0)
    """Time to find an agency worker, after half the approval time."""
    agency_stays: PositiveDays = days(130.0, 65.0, 260.0, source="half a year is usual")
    """Time that agency staff stay where the hiring planner would hire them; an agency hire of a file says it itself."""
    notice: Days = days(60.0 * 5 / 7, 28.0 * 5 / 7, 90.0 * 5 / 7, source="typical contracts")
    """Notice the successful candidate must serve."""
    fill_chance: Share = share(0.7, 0.4, 0.9)
    """Chance that an advert fills the post; a failed one is repeated."""
    pay_gap_effect: Number = param(
        0.45, 0.2, 1.0, source="15 points more accepted offers for a third more pay, community workers in Mexico (Dal "
        "Bo, Finan and Rossi 2013); transfer assumed"
    )
    """Fall of the chance that an advert fills, relative to the gap in pay: where pay lies below the market's, it is
    multiplied by 1 - effect x (1 - pay / market pay)."""
    learning_time: PositiveDays = days(520.0, 390.0, 780.0, source="one level in two years of full practice")
    """Full practice that raises a skill by one level."""
    training_worth: Number = param(3.0, 1.0, 5.0, source="a training day counts as three of practice")
    """Days of practice that a training day counts for."""
    mentor_learning: PositiveNumber = param(1.5, 1.0, 2.0)
    """Factor on a newcomer's learning while mentored."""
    forgetting_after: Days = days(130.0, 65.0, 260.0)
    """Time without use after which a skill fades."""
    forgetting_time: PositiveDays = days(1040.0, 520.0, 2080.0)
    """Time in which an unused skill then falls by one level."""


class Costs(Section):
    """What people and platform cost, in real pounds."""

    base_year: Annotated[int, Field(ge=2000, le=2100)] = 2025
    """Year of the prices."""
    on_cost_rate: Share = share(0.34, 0.30, 0.38, tag="S", source="NI 15 % above 5,000 [S29], LGPS 17 to 23 %, levy")
    """Employer's on-costs as a share of salary."""
    overhead_rate: Share = share(0.10, 0.0, 0.25)
    """ICT and estate as a share of salary."""
    agency_day_rate: Pounds = pounds(500.0, 413.0, 619.0, tag="S", source="ITJobsWatch [S35]")
    """Pounds for a day of an agency worker on duty."""
    hiring_cost: Pounds = pounds(
        5433.0, 3000.0, 10000.0, tag="S", source="logistics of replacing a leaver, 2014 prices [S34]"
    )
    """Pounds for each recruitment."""
    vacancy_factor: Share = share(0.05, 0.02, 0.10, tag="G", source="allowance that budgets make for empty posts")
    """Share of a permanent post's cost that a budget leaves out, as posts stand empty for a part of the time. Budgets
    of the hiring planner use it; costs that are simulated count the weeks in which posts are really filled instead."""
    platform: Pounds = pounds(0.0, tag="file", source="none unless stated; Fabric F64 reserved about 47,500")
    """Pounds a year for the platform."""
