"""Replaying one replication: where every request was at every moment, for the eye and in figures.

One replication is one possible future, never a forecast and without an interval; studies of many are in
:mod:`opmodel.comparison`.
"""

from opmodel.replay.places import TeamBox
from opmodel.replay.replaying import Replay, replay
from opmodel.replay.trips import MOST_TRIPS, Trips

__all__ = ["MOST_TRIPS", "Replay", "TeamBox", "Trips", "replay"]
