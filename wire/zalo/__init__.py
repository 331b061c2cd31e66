"""Zalo Official Account: tokens, messages in a conversation, template messages, webhooks."""
