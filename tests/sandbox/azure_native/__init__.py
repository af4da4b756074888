"""Tests of the stand-in for the azure-native plugin."""
