"""Enterprises: records with personal data, which leave the API masked."""
