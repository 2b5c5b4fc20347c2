"""How the bot looks and reads: cards, lists, custom ids and every sentence. Pure; nothing here talks to Discord."""
