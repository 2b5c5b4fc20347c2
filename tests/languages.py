"""The languages as the bot reads them."""

from bot.ui.language import Languages

LANGUAGES = Languages.read()
ENGLISH = LANGUAGES.english
