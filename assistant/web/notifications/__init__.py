"""The pages of the notifications: each person's list, and the channels for the administrator."""
