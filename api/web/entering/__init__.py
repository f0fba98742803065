"""As whom a person looks, on the machine itself; accounts take this place once there are any."""
