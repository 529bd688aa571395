"""The words of the field as opmodel uses them, defined once for pages, reports and documents."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "request": "Something a directorate asks of the data people: a report, a dashboard, an answer to a citizen.",
    "task": "One step of a request, which needs one skill.",
    "effort": "Working time that a practitioner who knows the directorate needs.",
    "level, least level": "How far somebody has a skill: awareness, working, practitioner or expert; the least that a "
    "task asks for.",
    "upkeep": "Work that keeps what was delivered running. It waits in the same queues and counts in load, not in "
    "throughput.",
    "structure": "Who sits where, who decides and which routes requests take. It holds no productivity number.",
    "today": "The teams as they are now: the reference unless another is chosen.",
    "reference": "The structure or scenario that all others are set against.",
    "centralised": "One team and one intake for everybody.",
    "hub-and-spoke": "Scarce skills in a hub, the others in spokes near the directorates.",
    "federated": "A team in each directorate, the smallest merged, and a small policy centre.",
    "throughput": "Requests delivered a week.",
    "backlog": "Requests that are open, or the working days of effort they still need; in weeks: of the effort that "
    "falls due in a week, mean of the year before.",
    "target": "What the organisation wants to reach. Its chance is the share of possible futures in which it is met by "
    "a milestone; where nothing fell due, nothing was missed.",
    "lead time": "Working days from raising a request to its delivery.",
    "p50, p85": "Half, or 85 of 100, of the requests take no longer.",
    "cycle time": "Working days from the first start on a request to its delivery.",
    "touch time": "On-duty days in somebody's hands.",
    "flow efficiency": "Touch time as a share of lead time.",
    "in-time rate": "Of the requests due, the share delivered by then; open and abandoned ones are late.",
    "statutory, discretionary": "Whether the law sets a duty to answer, or the organisation decides.",
    "skills gap": "Full-time posts (FTE) short of a skill. Static: on expected demand. Dynamic: who would clear, in 26 "
    "weeks, the work that on average stands waiting. Marginal: backlog removed by one more practitioner.",
    "not served": "Abandoned, or never raised because lead times put people off.",
    "abandoned, given up": "Withdrawn because nobody began it in time; only requests without a legal duty to answer.",
    "unfinished": "Still open when the study ends.",
    "hand-off": "Passing a request to another team: it waits, and the other side must read itself in.",
    "rework": "Doing a delivered step again because it was not fit.",
    "clarification": "Going back to the directorate with a question, and waiting for its answer.",
    "governance gate": "A board that must agree before a request goes on.",
    "familiarity": "How well a person knows a directorate: it saves effort, and fades.",
    "ramp-up": "The first months of a newcomer, slower and with a mentor.",
    "vacancy": "A post without a holder: approval, advert, hiring and notice take their time until somebody starts.",
    "turnover": "Share of the holders of posts who resign in a year.",
    "utilisation": "Time with a request in hand as a share of time on duty.",
    "headroom": "How far demand could grow before the people cannot serve it.",
    "conformance": "How well a team's data keep the organisation's standards.",
    "maturity": "Of the organisation's data and methods, 1 to 5.",
    "replication": "One possible future: the same people and requests, other chances.",
    "seed": "The number all chance grows from: the same seed gives the same futures, and so the same result.",
    "paired difference": "Two structures compared future by future, so that chance common to both cancels.",
    "95 % interval": "A procedure that catches the true mean in 95 of 100 studies. Headline intervals hold together.",
    "chance": "What differs between possible futures under the same assumptions; more replications shrink it.",
    "assumption": "A number no source settles. It has a range, and more replications do not shrink that.",
    "switching value": "Where an assumption, within its range, makes another structure the best.",
    "transition": "A study from today's people, familiarity and backlog, read at the milestones.",
    "milestone": "A week at which a transition is read, such as 26 or 52.",
    "steady state": "A study of long-run behaviour, its start cut off.",
    "FTE": "Full-time equivalent: one full-time post.",
}


def meaning(word: str) -> str:
    """A word's definition.

    Raises:
        KeyError: it has none.
    """
    return WORDS[word]
