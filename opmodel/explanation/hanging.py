"""Skills that hang on one post, as a table by skill: where they do, never whose post it is or what that post did."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from opmodel.explanation.tables import estimated
from opmodel.explanation.traces import Gathered
from opmodel.metrics.measures import FEWEST
from opmodel.scenario.demand import LEVELS


def single_points(found: Gathered) -> pd.DataFrame:
    """Skills at a level that at week 0 nobody or one post in the organisation has, or one post of a team.

    A team of fewer than three posts is counted and not named, since its lone holder is easily told. How much of the
    work fell to lone holders is given for three of them or more together, never for one.

    Returns:
        skill, level, organisation (posts that can do it anywhere), teams (names of teams of three posts or more in
        which one can), small (number of smaller ones), reach (the fewest on the route of any directorate that may
        come to one of these teams), posts (lone holders in teams), then mean, low, high, n of the share of all days
        worked on it that lone holders worked in their teams while at most one was in post; NaN and 0 where fewer than
        three would be told of. The most exposed first; teams off every route, and lone holders who did none of it,
        are left out.
    """
    about, shares = found.about, found.stacked("alone")
    skill, level, here, reach = about.holders
    everywhere = here.sum(axis=0)
    large = np.array(about.posts) >= FEWEST
    worked = _mean(shares) > 0.0
    alone = (here == 1) & (reach >= 0) & (everywhere > 1) & worked
    rows: list[dict[str, Any]] = []
    together = np.full((len(shares), skill.size), np.nan)
    for n in range(skill.size):
        teams = np.flatnonzero(alone[:, n])
        if everywhere[n] > 1 and not teams.size:
            continue
        if teams.size >= FEWEST:
            together[:, n] = shares[:, teams, n].sum(axis=1)
        rows.append({
            "need": n, "skill": about.skills[skill[n]], "level": LEVELS[level[n]], "organisation": int(everywhere[n]),
            "teams": tuple(about.teams[t] for t in teams if large[t]), "small": int((~large[teams]).sum()),
            "reach": int(reach[teams, n].min()) if teams.size else int(everywhere[n]), "posts": int(teams.size),
        })
    columns = ["skill", "level", "organisation", "teams", "small", "reach", "posts"]
    needs = [row["need"] for row in rows]
    table = estimated(together[:, needs], most=1.0, **{column: [row[column] for row in rows] for column in columns})
    return table.sort_values(
        ["organisation", "reach", "posts"], ascending=[True, True, False], kind="stable", ignore_index=True
    )


def _mean(shares: Any) -> Any:
    """Means over replications; nought where nobody ever worked on it."""
    known = ~np.isnan(shares)
    return np.where(known, shares, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
