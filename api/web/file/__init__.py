"""一企一档 as a page, and the forms by which each role moves the course on."""
