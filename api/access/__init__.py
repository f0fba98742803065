"""Who may call which route, decided in one place before the route is entered."""
