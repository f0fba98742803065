"""绩效考评 of lead units and vendors: score sheets, reviewers, measured items, publication, appeal."""
