"""The HTTP API: thin routes over the engine, one package a resource."""
