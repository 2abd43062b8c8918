"""Rasa graph components. Empty on purpose: worker processes import single modules cheaply."""
