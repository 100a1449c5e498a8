"""Reviews kept, corrected and concluded."""
