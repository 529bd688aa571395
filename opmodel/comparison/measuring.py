"""How an organisation would measure each assumption itself: where to look, what to divide by what.

One sentence for every number that a scenario may hold. A range shrinks by measuring, never by more replications.
"""

from __future__ import annotations

import re
from functools import cache

#: What to do, by dotted path; ``*`` stands for any name, which the sentence may repeat as ``{name}``.
WAYS: dict[str, str] = {
    # Demand
    "directorates.*.share": "requests of the last twelve months that came from {name}, divided by all requests logged",
    "directorates.*.conformance": "share of {name}'s data sets that pass the organisation's data standard: check a "
                                  "random 30 of its catalogue against the standard's checklist",
    "request_types.*.per_year": "requests of type {name} in the ticket system or shared mailbox over the last two "
                                "years, divided by two",
    "request_types.*.effort.mean": "hours booked on {name} in two months of simple timesheets, divided by the {name} "
                                   "requests delivered in them",
    "request_types.*.effort.cv": "two months of simple timesheets: standard deviation of hours per {name} request, "
                                 "divided by their mean",
    "request_types.*.steps.*.share": "the same timesheets, hours by skill: those of this step divided by all hours "
                                     "of the request",
    "request_types.*.steps.*.effort.mean": "hours booked on this step in two months of timesheets, divided by the "
                                           "number of times it was done",
    "request_types.*.steps.*.effort.cv": "standard deviation of hours booked on this step, divided by their mean",
    "request_types.*.internal_deadline": "the date that the team itself works to for {name}: read it from service "
                                         "standards, or ask the person who signs answers off",
    "request_types.*.value": "ask three directors to share out 100 points among the request types, and take the "
                             "middle answer for {name}",
    "request_types.*.cost_of_delay": "with finance, cost what a week's wait for {name} led to in the last ten cases "
                                     "(fines, overtime, decisions put off), and take the mean",
    "request_types.*.patience.mean": "of {name} requests withdrawn or closed unstarted, the mean working days from "
                                     "raising to withdrawal",
    "request_types.*.patience.cv": "of {name} requests withdrawn unstarted, standard deviation of the days until "
                                   "withdrawal divided by their mean",
    "request_types.*.by_directorate.*": "requests of this type that came from the directorate in twelve months, "
                                        "divided by all of the type",
    "request_types.*.dispersion": "weekly counts of {name} in one directorate over a year: variance divided by mean",
    "request_types.*.expedite_share": "{name} requests of the last year marked urgent by a director, divided by all "
                                      "{name} requests",
    "request_types.*.gate_chance": "{name} requests on last year's board agendas, divided by all {name} requests",
    "request_types.*.clarification_chance": "of the last 50 {name} requests handled by people new to the directorate, "
                                            "the share that went back to the requester with a question",
    "request_types.*.upkeep.per_month": "hours a month booked on keeping delivered {name} products going, divided by "
                                        "the number of them in service",
    "request_types.*.upkeep.life": "of the {name} products switched off in the last three years, the mean time since "
                                   "they were first delivered",
    "demand.demand_scale": "hours of effort asked for in the last year divided by those the file's rates give: set so "
                           "that today's utilisation comes out as observed",
    "demand.growth": "requests raised in each of the last three years: mean yearly change",
    "demand.dispersion": "weekly counts of one request type in one directorate over a year: variance divided by mean",
    "demand.common_shock": "correlation of the directorates' weekly request counts over a year (0 unrelated, 1 alike)",
    "demand.expedite_share": "discretionary requests of the last year that jumped the queue on a director's word, "
                             "divided by all discretionary requests",
    "demand.cross_directorate_share": "of the last 100 requests, those that needed data or sign-off from a second "
                                      "directorate",
    "demand.opening_backlog": "open requests in the ticket system on one day, divided by requests raised per "
                              "working day",
    "demand.elasticity": "compare the requests raised in months of short and of long lead times over two years: "
                         "change in requests (in %) for each 1 % change in lead time",
    "demand.reference_lead_time": "mean working days from raising to delivery over the last quarter in the ticket "
                                  "system",
    "demand.raise_max": "ask each directorate which requests it did not raise last quarter because of the wait: "
                        "(raised + held back) divided by raised",
    "demand.shadow_return": "follow up 30 abandoned requests: the share whose home-made figures later came back to be "
                            "put right",
    "demand.shadow_delay": "for those that came back, the mean working days between abandonment and return",
    "demand.clarification_wait.mean": "mean working days between a question to the requester and the answer, over the "
                                      "last 50 questions",
    "demand.clarification_wait.cv": "standard deviation of the days until a requester answers, divided by their mean",
    # People: levels, pay, posts, time
    "level_speed.awareness": "give the same ten past tasks to a group at awareness level and a group of "
                             "practitioners: ratio of mean hours (groups of three or more, never one person)",
    "level_speed.working": "hours for the same kinds of task booked by all at working level against all "
                           "practitioners, from two months of timesheets (groups of three or more)",
    "level_speed.practitioner": "the unit in which effort is counted: nothing to measure",
    "level_speed.expert": "hours for the same kinds of task booked by all experts against all practitioners, from two "
                          "months of timesheets (groups of three or more)",
    "roles.*.salary": "mid-point of the pay band of {name} on the payroll",
    "roles.*.time_to_hire": "HR system: mean working days from advert to accepted offer for {name} over three years",
    "roles.*.fill_chance": "HR system: adverts for {name} that led to an appointment, divided by adverts placed",
    "roles.*.market_pay": "salaries in twenty adverts of other employers within commuting distance for a post like "
                          "{name}: their middle value",
    "posts.*.fte": "contracted hours of the post divided by full-time hours, from the establishment list",
    "posts.*.leaves": "end date of the contract, or the retirement date agreed with HR",
    "posts.*.successor_starts": "start date in the successor's contract",
    "hires.*.fte": "contracted hours in the approved business case divided by full-time hours",
    "hires.*.opens": "date on which the vacancy was, or is to be, approved",
    "hires.*.starts": "start date in the signed contract",
    "hires.*.stays": "length of the fixed-term or agency contract",
    "hires.*.supplement": "pounds a year of the market supplement in the approved business case",
    "training.*.levels": "of the last ten people sent on such a course, by how many levels their assessment rose "
                         "between the appraisals before and after: the mean",
    "training.*.opens": "date on which the course begins, from the provider's booking",
    "training.*.off_the_job": "days away from work in the course's timetable, with assignments and examinations",
    "training.*.over": "working days between the first and the last date in the course's timetable",
    "training.*.fee": "price for each person in the provider's quotation, with travel and examinations",
    "contracts.*.levels_below": "job descriptions of a {name} post and of the full post: by how many levels the skills "
                                "that they ask for differ",
    "contracts.*.pay": "mid-point of the pay band of {name} posts divided by that of the full post, from the payroll",
    "contracts.*.day_rate": "day rate in the last three quotations or invoices for a {name}",
    "contracts.*.off_the_job": "hours a week of study and courses in the training plan of a {name}, divided by "
                               "contracted hours",
    "contracts.*.fill_odds": "HR system: adverts for {name} posts that filled divided by those that did not, divided "
                             "by the same ratio of the role's own adverts",
    "contracts.*.fill_chance": "HR system: adverts for {name} posts that filled, divided by those placed",
    "contracts.*.search": "working days from approval to an accepted offer for a {name}, mean of the last ten",
    "contracts.*.notice": "working days from acceptance to the first day for a {name}, mean of the last ten",
    "contracts.*.ramp_up": "ask the managers of the last ten people on a {name} contract after how many weeks each "
                           "carried a full load, and take the mean",
    "contracts.*.stays": "length of the last ten {name} contracts, extensions counted in, from the HR system",
    "time_off.annual_leave": "leave days booked in the HR system last year, divided by full-time posts",
    "time_off.sickness": "working days lost to sickness in the HR system, mean of three years, divided by full-time "
                         "posts",
    "time_off.training": "training days booked last year, divided by full-time posts",
    "time_off.sickness_spell": "sickness days divided by sickness spells over three years, from the HR system",
    "people.productive_share": "two weeks of diaries of the whole team: hours left after corporate meetings and "
                               "administration, divided by hours on duty",
    "people.communication": "hours of team meetings and questions in two weeks of diaries, divided by hours on duty "
                            "and by the team's size squared",
    "people.communication_cap": "the same diaries in the largest team: the greatest share of the week that talking to "
                                "colleagues took",
    "people.sub_team_size_max": "from the organisation chart: the largest group that plans its week together",
    "people.line_management": "hours a week in team leads' diaries for one-to-ones, appraisals and rotas, divided by "
                              "people managed",
    "people.unfamiliar_penalty": "hours for ten like requests by people new to a directorate against people who know "
                                 "it, from timesheets: ratio less one",
    "people.familiarity_time": "ask directorates after how many weeks of work for them a new analyst no longer needs "
                               "explanations; divide by three (95 % known)",
    "people.familiarity_half_life": "ask people who return to a directorate after a year or more how much had to be "
                                    "learnt anew, and read off the time in which half is lost",
    "people.ramp_up": "ask managers of the last ten starters after how many weeks each carried a full load, and take "
                      "the mean",
    "people.ramp_start": "requests delivered by all starters of three years in their first month, divided by those of "
                         "all established colleagues in a month",
    "people.mentor_tax": "hours a week that mentors' diaries show for a newcomer, divided by their hours on duty",
    "people.unmentored_ramp": "weeks to a full load of starters without a mentor divided by those of starters with one",
    "people.turnover": "leavers of the last three years from the HR system, divided by posts and by three",
    "people.overload_effect": "leaving rates of teams above and below nine tenths utilisation over three years: by "
                              "what share the rate rises for each tenth of overload",
    "people.approval": "HR system: working days from resignation to approval of the advert, mean of the last ten "
                       "vacancies",
    "people.time_to_hire": "HR system: working days from advert to accepted offer, mean of the last ten appointments",
    "people.agency_start": "working days from the request to the agency to the first day, mean of the last ten",
    "people.agency_stays": "agency invoices of the last three years: working days from the first day to the last, mean "
                           "of the last ten",
    "people.notice": "notice periods in the last ten appointees' former contracts, in working days",
    "people.fill_chance": "adverts of the last three years that led to an appointment, divided by adverts placed",
    "people.pay_gap_effect": "adverts of the last three years that filled, above and below the market's pay: fall in "
                             "the share that filled for each tenth of pay below it, times ten",
    "people.learning_time": "appraisal records by role: mean time between two skill levels of people practising full "
                            "time (roles with three or more)",
    "people.training_worth": "time between two levels of groups with many and with few training days: days of "
                             "practice that one training day replaced",
    "people.mentor_learning": "time to the next level of starters without a mentor divided by that of starters with "
                              "one",
    "people.forgetting_after": "ask for the shortest break from a skill after which people needed a refresher",
    "people.forgetting_time": "skill assessments before and after a long break from a skill: time until one level "
                              "was lost",
    # Flow
    "flow.hand_offs.*.latency": "ticket system: mean working days between one team closing its part and the next "
                                "having it in its queue, for this kind of boundary",
    "flow.hand_offs.*.effort": "hours the receiving side needs to read itself in, divided by the hours of its task, "
                               "for 20 hand-offs across this kind of boundary",
    "flow.escalate_after": "ticket system: working days a request stood unstarted before it was passed to another "
                           "team, mean of the last 30",
    "flow.lend_below": "ask team leads how busy their team was in the weeks in which they lent somebody",
    "flow.slice": "ask how long people work on one thing before they look for something more urgent",
    "flow.context_switch_loss": "hours booked on 20 interrupted tasks against 20 like ones done in one go: extra hours "
                                "for each interruption, in days",
    "flow.reassign_after": "ticket system: days of absence after which open tasks were given to a colleague",
    "flow.ownership_gain": "hours for the same kinds of request in teams with one customer against teams with several, "
                           "with equal familiarity: one less the ratio",
    "flow.liaison_hours": "standing meetings between each pair of teams in the calendars, hours a week for all present",
    # Effort, quality, standards
    "standards.maturity": "answer the data maturity assessment for government with each directorate, and take the mean "
                          "level",
    "standards.maturity_now": "the level that the programme's plan sets, checked by the same assessment a year on",
    "standards.rework_scale": "of the last 100 deliveries, those sent back for correction, divided by the share the "
                              "table gives for the organisation's maturity",
    "standards.rework_cap": "the greatest share sent back in any month and request type of the last year",
    "standards.rework_effort": "hours booked on corrections divided by the hours first booked on the same requests",
    "standards.rework_by_level.practitioner": "the reference level: nothing to measure",
    "standards.rework_by_level.*": "share of deliveries sent back where all at {name} level did the work, divided by "
                                   "that of practitioners (groups of three or more)",
    "standards.unfamiliar_rework": "share of deliveries sent back by directorates new to the people against those they "
                                   "know: ratio less one",
    "standards.reuse_chance": "of 50 new requests, those for which a search of all teams' folders finds a product that "
                              "would have done",
    "standards.reuse_saving": "hours saved in the last ten requests that started from an existing product, divided by "
                              "the hours of a like request from scratch",
    "standards.discoverability_same_team": "of the products that existed in the same team, the share its people knew "
                                           "of when asked",
    "standards.discoverability_same_line": "of the products that existed in a team under the same manager, the share "
                                           "people knew of when asked",
    "standards.discoverability_other_line": "of the products that existed under another manager, the share people knew "
                                            "of when asked",
    "standards.nonconformance_penalty": "hours for 20 requests that join data of two directorates, with and without "
                                        "common keys and definitions: ratio less one",
    "standards.drift": "check the same 50 data sets against the standard twice, a year apart: share of those that "
                       "passed and no longer do",
    "standards.steward_hours": "hours a week that named data stewards book on stewardship, divided by directorates",
    "standards.stewardship_rate": "directorates with and without a steward: failing data sets put right in a year, "
                                  "divided by the steward's weekly hours",
    "standards.enforcement": "of breaches of the standard in the last year, the share stopped by automated checks or "
                             "the board before they went live",
    "standards.delegation_cost": "breaches found in 50 delegated decisions against 50 of the board: what share of "
                                 "enforcement was lost",
    # Governance
    "governance.cadence_weeks": "dates of last year's board meetings: mean weeks between them",
    "governance.seats": "papers decided at each of the last six board meetings: the most at one",
    "governance.papers_deadline": "working days between the papers deadline and the meeting, in the board's terms of "
                                  "reference",
    "governance.deferral_chance": "papers deferred at the last six meetings, divided by papers considered",
    "governance.delegated_share": "requests decided by stewards without the board last year, divided by all that "
                                  "needed a decision",
    "governance.gate_cross_factor": "share of requests across reporting lines that went to the board, divided by the "
                                    "share of the others",
    "governance.boards.*.cadence_weeks": "dates of last year's meetings of the board of {name}: mean weeks between "
                                         "them",
    "governance.boards.*.seats": "papers decided at each of the last six meetings of the board of {name}: the most at "
                                 "one",
    # Money
    "costs.on_cost_rate": "payroll: employer's National Insurance, pension and levy of the last year, divided by gross "
                          "pay",
    "costs.overhead_rate": "finance's full-cost rate for ICT and estate for each post, divided by mean salary",
    "costs.agency_day_rate": "invoices of the last year: agency spend divided by agency days worked",
    "costs.hiring_cost": "adverts, agency fees and managers' hours of the last ten appointments, divided by ten",
    "costs.vacancy_factor": "from the establishment list: unfilled posts on the first of each month of the last year, "
                            "divided by all posts",
    "costs.platform": "the platform's invoices of the last year",
    # Structures
    "structure.hub_share": "from the proposed organisation chart: posts in the hub beyond scarce skills, divided by "
                           "all data posts",
    "structure.policy_share": "from the proposed organisation chart: posts in the policy centre, divided by all data "
                              "posts",
    "*teams.*.steward_hours": "hours a week that the team's data stewards book on stewardship",
    "*teams.*.ownership_gain": "hours for the same kinds of request in this team before and after it had one customer "
                               "only, with equal familiarity: one less the ratio",
    # What is asked of the study: settled by decision
    "targets.*": "not measured but decided: what leadership promises, or the regulator expects",
    "differences.*": "not measured but decided: the smallest difference that would change leadership's mind",
}


def how_to_measure(path: str) -> str:
    """How one would measure a parameter: the sentence of the most specific pattern that fits its path.

    Args:
        path: dotted path, such as ``people.turnover``.

    Raises:
        LookupError: there is no sentence for it yet.
    """
    for _, pattern, way in _patterns():
        if found := pattern.fullmatch(path):
            names = [name for name in found.groups() if name and not name.isdigit()]
            return way.replace("{name}", f"'{names[0]}'" if names else "this one").replace("_", " ")
    raise LookupError(f"nobody has said yet how to measure '{path}'")


@cache
def _patterns() -> list[tuple[int, re.Pattern[str], str]]:
    """The patterns, the one that says most of a path first."""
    made = [
        (len(key.replace("*", "")), re.compile("".join(r"(.*)" if part == "*" else re.escape(part)
                                            for part in re.split(r"(\*)", key))), way)
        for key, way in WAYS.items()
    ]
    return sorted(made, key=lambda entry: -entry[0])
