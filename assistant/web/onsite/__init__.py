"""以案释法: the desk for a phone on site. Signed in; shows only what may be shown to the person concerned."""
