"""The fixed tables of a network: what the kernel reads but nobody changes during a run."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from opmodel.flow.state import Array, _record

#: Which idle person takes a task.
BY_PREFERENCE, LONGEST_IDLE = 0, 1
#: Which task a team serves first within a class of service.
FIRST_COME, EARLIEST_DEADLINE, WSJF, LOCAL_VALUE = range(4)

#: A request type as the kernel sees it.
KIND = _record(
    ("steps", "i4"),
    ("gate_before", "i4"),  # step before which the gate stands, 0 first
    ("gate", "f8"),  # chance that a request is gated
    ("clarify", "f8"),  # chance of a clarification for somebody unfamiliar
    ("rework", "f8"),  # rework chance of a practitioner who knows the directorate
    ("stops_clock", "i1"),
)

RULES = _record(
    ("dispatch", "i4"),
    ("speciality_first", "i4"),  # people take tasks of their speciality first
    ("direct", "i4"),  # 1: a request arrives at the first team on its first task's route, not handed off there
    ("rework_max", "i4"),
    ("slice", "f8"),  # +inf none
    ("switch_loss", "f8"),
    ("reassign_after", "f8"),
    ("reassign_effort", "f8"),  # extra effort of a task handed back, as a share
    ("escalate_after", "f8"),  # +inf never
    ("rework_effort", "f8"),
    ("rework_cap", "f8"),
    ("unfamiliar_rework", "f8"),
    ("reuse_saving", "f8"),
    ("nonconformance", "f8"),
    ("delegated", "f8"),  # share of gate decisions that stewards take
    ("cross_gate", "f8"),  # factor on the gate chance across reporting lines
    ("papers_deadline", "f8"),
    ("potential", "f8"),  # uniforms below it are requests at the reference lead time
    ("group_latency", "f8"),  # hand-off between sub-teams
    ("group_effort", "f8"),
    ("peer_effort", "f8"),  # hand-off to another person of the same sub-team
)


class Tables(NamedTuple):
    """Fixed tables of a network. D directorates, T types, N needs (skill and least level), M teams."""

    kind: Array
    """KIND (T,)"""
    need: Array
    """i4 (T, steps), need of each step; -1 beyond the last"""
    left: Array
    """f8 (T, steps), mean effort from this step to the end"""
    route: Array
    """i4 (D, N, 3), teams on the route; -1 none"""
    own: Array
    """i4 (D,), the team that serves a directorate first"""
    latency: Array
    """f8 (M, M), days a hand-off takes"""
    extra: Array
    """f8 (M, M), extra effort of a hand-off, as a share"""
    discover: Array
    """f8 (M, M), chance to find a similar product of that team at full conformance"""
    other_line: Array
    """i4 (M, M), 1 where reporting lines differ"""
    local: Array
    """i4 (M, D), 1 where the team serves the directorate first"""
    rule: Array
    """i4 (M,), which task comes first"""
    gain: Array
    """f8 (M,), factor on effort of a team fed by one directorate"""
    board: Array
    """i4 (D,), the board of a directorate"""
    rules: Array
    """RULES (1,)"""


class Demand(NamedTuple):
    """Everything drawn before a run; the same under every structure."""

    ask: Array
    """ASK (requests,), by arrival"""
    effort: Array
    """f8 (steps of all requests,), standard effort"""
    redo: Array
    """f8 (requests, passes), uniform against the rework chance"""
    redo_step: Array
    """i1 (requests, passes), step from which a rework pass starts"""


def first_rules() -> Array:
    """Rules of a plain queueing network: no slices, no escalation, no costs of anything."""
    rules = np.zeros(1, RULES)
    rules["slice"] = rules["escalate_after"] = rules["reassign_after"] = np.inf
    rules["rework_cap"] = 1.0
    rules["rework_effort"] = 1.0
    rules["potential"] = 1.0
    rules["cross_gate"] = 1.0
    return rules
