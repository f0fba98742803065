"""One search box over everything that a viewer may see."""
