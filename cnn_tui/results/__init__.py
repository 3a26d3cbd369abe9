"""Predictions turned into meaning: the confusion matrix and its scores."""
