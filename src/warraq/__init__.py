"""Warraq (ورّاق): an open-source news aggregator for Arabic."""
