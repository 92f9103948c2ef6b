"""What the routes of pages share: the frame of a page, descriptions of things, passages, questions."""
