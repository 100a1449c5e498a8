"""What every page has in common: frame, navigation, rendering, forms."""
