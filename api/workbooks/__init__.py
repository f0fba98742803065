"""Excel of every kind of records over HTTP: what is stored, templates, rows to correct, the questionnaire."""
