"""What an enterprise does for itself: consents, and contact with whom it likes."""
