"""Text as written: numerals, dates, titles, layout, differences."""
