"""The world's facts: zone rules, people, places, outlines, codes. Versioned and cited."""
