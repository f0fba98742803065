"""The lead units (牵引单位) that fit an enterprise."""
