"""The self-assessment: its parts, what is filled in, drafts kept on request, filing as a diagnosis."""
