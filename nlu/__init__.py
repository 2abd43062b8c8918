"""Understanding: training data, Rasa graph components, training and the parse service."""
