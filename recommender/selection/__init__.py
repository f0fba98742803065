"""The selection of lead units (牵引单位遴选): call, applications, experts' scores, decision, replacement."""
