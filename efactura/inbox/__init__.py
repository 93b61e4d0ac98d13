"""What SPV holds for the company: the list is read, each archive downloaded once, and what is inside shown and handed over."""
