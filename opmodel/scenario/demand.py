"""Who asks and for what: directorates, request types, arrivals, deadlines."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from opmodel.scenario.quantity import (
    AtLeastOne,
    Days,
    Elasticity,
    Growth,
    Number,
    Parameter,
    PositiveDays,
    PositiveNumber,
    Pounds,
    Share,
    days,
    param,
    pounds,
    share,
)
from opmodel.scenario.section import Name, Section

Level = Literal["awareness", "working", "practitioner", "expert"]
LEVELS: tuple[str, ...] = ("awareness", "working", "practitioner", "expert")
#: Least level at which upkeep of delivered products is done.
UPKEEP_LEVEL = "working"
ClassOfService = Literal["expedite", "fixed_date", "standard", "intangible"]
CLASSES: tuple[str, ...] = ("expedite", "fixed_date", "standard", "intangible")
Calendar = Literal["england_wales", "uk_any", "none"]


class Fixed(Section):
    """Always the same duration."""

    kind: Literal["fixed"] = "fixed"
    """Name of the distribution."""
    mean: Days
    """The duration."""


class Exponential(Section):
    """Memoryless durations, as queueing theory likes them."""

    kind: Literal["exponential"]
    """Name of the distribution."""
    mean: PositiveDays
    """Mean duration."""


class Lognormal(Section):
    """Many short, a few very long: the usual shape of working time."""

    kind: Literal["lognormal"]
    """Name of the distribution."""
    mean: PositiveDays
    """Mean duration."""
    cv: PositiveNumber = param(1.0, 0.6, 1.5, source="shape and spread of effort: no published figure; FOI 1.2")
    """Coefficient of variation (standard deviation divided by mean)."""


class Gamma(Section):
    """Gamma-shaped durations (cv 1 is the exponential, smaller is more regular)."""

    kind: Literal["gamma"]
    """Name of the distribution."""
    mean: PositiveDays
    """Mean duration."""
    cv: PositiveNumber = param(0.7, 0.4, 1.0, source="no published figure found")
    """Coefficient of variation (standard deviation divided by mean)."""


Distribution = Annotated[Fixed | Exponential | Lognormal | Gamma, Field(discriminator="kind")]


class WorkingDaysDeadline(Section):
    """Due at the end of the n-th working day after the request is raised, on a named calendar."""

    kind: Literal["working_days"]
    """Name of the deadline rule."""
    days: int = Field(ge=0, le=520)
    """Working days, counted from the day after the request is raised."""
    calendar: Calendar = "england_wales"
    """Whose bank holidays do not count. The FOI clock skips those of any part of the UK: uk_any."""


class CalendarMonthDeadline(Section):
    """Due at the end of the same day of a later month (subject access: one calendar month)."""

    kind: Literal["calendar_month"]
    """Name of the deadline rule."""
    months: int = Field(default=1, ge=1, le=24)
    """Calendar months from the day the request is raised."""


class DateDeadline(Section):
    """Due on the next of the stated dates of the year (statutory returns)."""

    kind: Literal["date"]
    """Name of the deadline rule."""
    dates: list[Annotated[str, Field(pattern=r"^(0[1-9]|1[0-2])-([0-2][0-9]|3[01])$")]] = Field(min_length=1)
    """Month and day, such as 05-31; the first on or after the day of raising applies."""


Deadline = Annotated[WorkingDaysDeadline | CalendarMonthDeadline | DateDeadline, Field(discriminator="kind")]


class Step(Section):
    """One task of a request: a share of its effort, needing one skill at a least level."""

    skill: Name
    """The skill the task needs."""
    share: Share = share(1.0, tag="file", source="stated by the file")
    """Share of the request's effort that this step takes."""
    level: Level = "working"
    """Least level of the skill at which somebody may do it."""
    effort: Distribution | None = None
    """Own effort distribution; without it the type's, scaled by the share."""


class Upkeep(Section):
    """Work that each delivered product of the type goes on needing while in service."""

    skill: Name
    """The skill the upkeep needs."""
    per_month: Days
    """Effort a month for each product in service."""
    life: PositiveDays = days(1300.0, 780.0, 1820.0, source="products retired after about five years")
    """Mean time in service. The opening estate is what today's delivery rate keeps in balance."""


class Directorate(Section):
    """A part of the organisation that asks for data work."""

    share: Number
    """Its share of demand, relative to the other directorates (any scale)."""
    conformance: Share = param(0.7, 0.5, 0.9, unit="share")
    """Conformance of its data to the organisation's standards at the start."""


class RequestType(Section):
    """A kind of request: how often it comes, what it takes, how soon it is due."""

    per_year: Number
    """Requests a year over all directorates, before demand_scale and growth."""
    effort: Distribution
    """Working time a familiar practitioner needs for the whole request."""
    steps: list[Step] = Field(min_length=1, max_length=12)
    """Tasks in their order."""
    class_of_service: ClassOfService = "standard"
    """What is served first: expedite, fixed_date, standard, intangible."""
    statutory: bool = False
    """A legal duty: never abandoned, never shed, always raised; kept apart in in-time figures."""
    deadline: Deadline | None = None
    """When it is due; without one it has no due date and does not count in the in-time rate."""
    internal_deadline: PositiveDays | None = None
    """Working days from raising within which the data team's part is due (replaces the deadline)."""
    value: Number = param(1.0, tag="file", source="relative value; every type alike unless stated")
    """Value of a delivered request, relative to other types (WSJF, value delivered)."""
    cost_of_delay: Pounds = pounds(0.0, tag="file", source="not valued unless stated")
    """Pounds a week that an open request costs the organisation."""
    patience: Distribution | None = None
    """Time from raising after which a request not yet started is abandoned; default 40 d fixed; never for statutory
    types."""
    by_directorate: dict[Name, Number] | None = None
    """Weights of the directorates for this type; without it their shares."""
    dispersion: Number | None = None
    """Variance divided by mean of weekly counts in one directorate (own value of demand.dispersion)."""
    season: list[Annotated[float, Field(ge=0)]] | None = Field(default=None)
    """Four quarter or twelve month multipliers, April first; rescaled to mean 1."""
    weeks: Annotated[list[Annotated[int, Field(ge=0, le=51)]], Field(min_length=1)] | None = None
    """Calendar-driven: weeks of the year (0 = the starting week) among which the year's requests are spread evenly."""
    expedite_share: Share | None = None
    """Own value of demand.expedite_share."""
    gate_chance: Share = share(0.0, tag="file", source="no gate unless stated")
    """Chance that a request must pass the governance board."""
    gate_before: int = Field(default=1, ge=1, le=12)
    """Number of the step before which the gate stands (1 = the first)."""
    clarification_chance: Share = share(0.0, tag="file", source="no clarification unless stated")
    """Chance, for a person who does not know the directorate, that the first step must go back to the requester."""
    clarification_stops_clock: bool = False
    """Whether waiting for the requester stops the statutory clock."""
    upkeep: Upkeep | None = None
    """Work that delivered products go on needing."""


DEFAULT_PATIENCE = Fixed(
    kind="fixed", mean=Parameter(40.0, 20.0, 80.0, tag="A", source="no published figure found", unit="days")
)


class Demand(Section):
    """Levels, spread and reactions of demand."""

    demand_scale: PositiveNumber = param(1.0, 0.9, 1.1, source="set so that today's utilisation is as observed")
    """Factor on every request type's rate."""
    growth: Growth = param(0.0, -0.03, 0.05, source="steady demand unless stated")
    """Yearly growth of every rate (0.03 = 3 % a year)."""
    dispersion: Number = param(
        1.5, 1.0, 4.0, source="weekly counts of real logs are overdispersed; level for one directorate assumed"
    )
    """Variance divided by mean of the weekly count of one type in one directorate: 1 Poisson, 0 fixed counts, above 1
    negative binomial."""
    common_shock: Share = share(0.5, 0.0, 1.0, source="independent shocks would overstate pooling; level assumed")
    """Share of the overdispersion that hits all directorates in the same week."""
    expedite_share: Share = share(0.08, 0.02, 0.20)
    """Share of discretionary requests that are expedited."""
    cross_directorate_share: Share = share(0.20, 0.10, 0.40)
    """Share of requests that involve a second directorate."""
    opening_backlog: Days = days(20.0, 10.0, 40.0, source="four weeks of demand; no published figure found")
    """Requests open at the start, as time's worth of demand."""
    elasticity: Elasticity = param(-0.2, -0.5, 0.0)
    """Elasticity of requests raised to the directorate's recent lead time."""
    reference_lead_time: PositiveDays = days(
        15.0, 10.0, 25.0, source="lead time at which directorates raise what they raise today"
    )
    """Lead time at which the stated rates hold; the same for all structures."""
    raise_max: AtLeastOne = param(1.5, 1.0, 2.0)
    """Most that short lead times can raise demand to, relative to the stated rates."""
    shadow_return: Share = share(0.2, 0.0, 0.5)
    """Share of abandoned or unraised requests whose shadow work comes back as a data-quality request."""
    shadow_delay: PositiveDays = days(65.0, 30.0, 130.0)
    """Mean delay (exponential) until shadow work comes back."""
    shadow_type: Name | None = None
    """Request type as which shadow work comes back; without one none does."""
    clarification_wait: Distribution = Exponential(
        kind="exponential", mean=Parameter(3.0, 1.0, 8.0, tag="A", source="no published figure found", unit="days")
    )
    """Waiting time for the requester's answer."""


class Trace(Section):
    """Arrivals taken from a log instead of drawn."""

    file: str
    """CSV file, relative to the scenario file."""
    arrival: str
    """Column with the time the request reached the data people (ISO 8601)."""
    directorate: str
    """Column with the directorate."""
    type: str | None = None
    """Column with the type; without it every row is of the default type."""
    effort: str | None = None
    """Column with the effort in working days; without it efforts are drawn."""
    types: dict[str, Name] = Field(default_factory=dict)
    """Request type for each value of the type column."""
    default: Name
    """Request type of values not listed."""
