"""SQL for accounts and what gives a hold on them."""
