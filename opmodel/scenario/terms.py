"""On what terms a seat is filled: pay, levels at the start, how somebody is found, how long they stay."""

from __future__ import annotations

from dataclasses import dataclass

from opmodel.scenario.contracts import Contract, ContractKind
from opmodel.scenario.people import Hire, Post, Role
from opmodel.scenario.scenario import Scenario

#: However far a salary lies below the market's, a twentieth of the chance that an advert fills is left.
LEAST_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Terms:
    """What a contract comes to for one role, with everything that it leaves open filled in."""

    kind: ContractKind
    """Kind of contract."""
    pay: float
    """Pounds a year, full time, without on-costs: salary by contract and market supplement."""
    day_rate: float | None
    """Pounds for a day on duty instead; None for a salary."""
    levels_below: float
    """Skill levels below the role's at the start."""
    off_the_job: float
    """Share of time on duty spent in training off the job."""
    approval: float
    """Working days until the vacancy may be filled."""
    fill_chance: float
    """Chance that an advert fills the post."""
    time_to_hire: float
    """Mean working days that an advert takes."""
    search: float | None
    """Mean working days to find somebody without an advert; None for adverts."""
    drawn: bool
    """Whether these times are drawn about their means."""
    notice: float
    """Mean working days of notice."""
    ramp_up: float
    """Working days to full pace, with a mentor."""
    stays: float | None
    """Working days after which the holder leaves again, and is not replaced; None for good."""

    @property
    def resigns(self) -> bool:
        """Whether a holder may resign: nobody on a day rate does."""
        return self.day_rate is None


def fill_chance(base: float, offered: float, market: float | None, effect: float) -> float:
    """Chance that an advert fills a post: base x (1 - effect x gap), where pay lies below the market's by a share gap.

    Pay above the market's adds nothing, and at least ``LEAST_SHARE`` of the base is left.

    Args:
        base: chance at the market's pay.
        offered: pounds a year offered.
        market: pounds a year that others pay; None where it is not known.
        effect: ``people.pay_gap_effect``.
    """
    if market is None or market <= 0.0:
        return base
    gap = max(0.0, 1.0 - offered / market)
    return base * max(LEAST_SHARE, 1.0 - effect * gap)


def easier(chance: float, odds: float) -> float:
    """A chance whose odds are multiplied: 1/2, odds of 1, becomes 3/4 where they are tripled; 0 and 1 stay."""
    return chance if odds == 1.0 else chance * odds / (1.0 - chance + chance * odds)


def below_market(scenario: Scenario, seats: Post | Hire) -> bool:
    """Whether pay is known to lie below the market's, so that more of it would fill adverts sooner."""
    market = scenario.roles[seats.role].market_pay
    share = float((scenario.contracts.of(seats.contract) or Contract()).pay)
    return market is not None and terms_of(scenario, seats).pay < float(market) * share


def terms_of(scenario: Scenario, seats: Post | Hire) -> Terms:
    """Terms on which the seats of a post or hire are filled."""
    role, kind = scenario.roles[seats.role], seats.contract
    hire = seats if isinstance(seats, Hire) else None
    stays = None if hire is None or hire.stays is None else float(hire.stays)
    if kind == "agency":
        return _agency(scenario, role, stays)
    contract = scenario.contracts.of(kind) or Contract()
    if contract.stays is not None and stays is None and hire is not None:
        stays = float(contract.stays)
    people, share = scenario.people, float(contract.pay)
    pay = float(role.salary) * share + (float(hire.supplement) if hire is not None else 0.0)
    if contract.fill_chance is not None:
        base = float(contract.fill_chance)
    else:
        base = float(people.fill_chance if role.fill_chance is None else role.fill_chance)
        base = easier(base, float(contract.fill_odds))
    market = None if role.market_pay is None else float(role.market_pay) * share  # like is compared with like
    return Terms(
        kind=kind, pay=pay, day_rate=None if contract.day_rate is None else float(contract.day_rate),
        levels_below=float(contract.levels_below), off_the_job=float(contract.off_the_job),
        approval=float(people.approval),
        fill_chance=fill_chance(base, pay, market, float(people.pay_gap_effect)),
        time_to_hire=float(people.time_to_hire if role.time_to_hire is None else role.time_to_hire),
        search=None if contract.search is None else float(contract.search), drawn=True,
        notice=float(people.notice if contract.notice is None else contract.notice),
        ramp_up=float(people.ramp_up if contract.ramp_up is None else contract.ramp_up), stays=stays,
    )


def _agency(scenario: Scenario, role: Role, stays: float | None) -> Terms:
    """Half the approval, a short search of known length, a day rate."""
    people = scenario.people
    return Terms(
        kind="agency", pay=float(role.salary), day_rate=float(scenario.costs.agency_day_rate), levels_below=0.0,
        off_the_job=0.0, approval=float(people.approval) / 2.0, fill_chance=1.0, time_to_hire=0.0,
        search=float(people.agency_start), drawn=False, notice=0.0, ramp_up=float(people.ramp_up), stays=stays,
    )
