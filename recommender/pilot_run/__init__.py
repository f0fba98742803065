"""The whole pilot once through, simulated: from an empty installation to the closing report.

Everything goes through the services that a city uses, at simulated times and under the rules of each role;
what people do is drawn from ``data/pilot_run/behaviour.json``. All of it is marked as synthetic.
"""
