"""Dense and lexical indexes over passages, and the immutable snapshot that holds them together."""
