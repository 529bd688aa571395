"""What a user may write about an organisation: the scenario file, its reading, its checks.

``load_scenario`` turns a YAML file into a :class:`Scenario`, or says everything that is wrong with it.
"""

from opmodel.scenario.changes import change_scenario, parameters
from opmodel.scenario.loading import check_scenario, check_text, load_scenario, load_text
from opmodel.scenario.problems import Problem, ScenarioError
from opmodel.scenario.quantity import Parameter
from opmodel.scenario.scenario import Scenario

__all__ = [
    "Parameter",
    "Problem",
    "Scenario",
    "ScenarioError",
    "change_scenario",
    "check_scenario",
    "check_text",
    "load_scenario",
    "load_text",
    "parameters",
]
