"""What is asked: targets and confidence, steps and plans, what may be done, what it costs."""
