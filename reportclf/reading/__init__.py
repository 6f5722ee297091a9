"""From text to facts: sections, phrases, mentions, assertions, lesions, risk terms."""
