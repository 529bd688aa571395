"""How many hires of one role are enough, and which mix is cheapest."""
