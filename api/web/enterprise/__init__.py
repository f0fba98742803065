"""An enterprise's own pages: overview, diagnosis, basics."""
