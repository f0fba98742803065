"""The planner of matching events (供需对接会): who meets whom when, and what came of it."""
