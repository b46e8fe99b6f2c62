"""Adapters that bring messages to receivers: a webhook, a mailbox, a chat (`ports.Sender`)."""
