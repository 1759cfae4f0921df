"""What would change the answer to a profile, and how sure it is: the profile is varied around its values."""
