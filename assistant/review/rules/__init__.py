"""What every rule stands on: registry, context, knowledge, lawbook."""
