"""The administration desk: documents, words, people, settings, condition, numbers, trail."""
