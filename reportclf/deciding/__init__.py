"""From facts to a tag: features, model, rules, policy."""
