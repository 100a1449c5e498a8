"""Who has a hold on whose account, and what one administrator does to another's only with a second one's word."""
