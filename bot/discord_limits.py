"""Discord's own limits and error codes, for all packages that speak to Discord; each with the page that states it."""

# "Application Commands": an autocomplete list or a select holds so many choices, whose names have so many characters.
MAX_CHOICES = 25
MAX_CHOICE_NAME = 100
# The description of a command or an option has so many, in every language.
MAX_COMMAND_NAME = 32
MAX_DESCRIPTION = 100

# "Component Reference": a button's custom id, label and URL, the items of a gallery, the text of
# a message's components together, and what a text input and a file upload hold.
MAX_CUSTOM_ID = 100
MAX_BUTTON_LABEL = 80
MAX_BUTTON_URL = 512
MAX_GALLERY_ITEMS = 10
MAX_CARD_TEXT = 4000
MAX_TEXT_INPUT = 4000
MAX_UPLOADS = 10
# "Unfurled Media Item" (the OpenAPI description): the URL of a picture, which is a URI.
MAX_MEDIA_URL = 2048

# "Create Message": the characters of a text without components, and the files of a message.
MAX_CONTENT = 2000
MAX_FILES = 10
# "Start Thread from Message": the characters of a thread's name.
MAX_THREAD_NAME = 100

# "Interactions: Receiving and Responding": seconds that an interaction's token lives, and for which it is used.
TOKEN_SECONDS = 15 * 60.0
TOKEN_USE_SECONDS = TOKEN_SECONDS - 60.0

# "Create Attachment": bytes of a file where no server's boosts raise the limit, as in a direct message.
USUAL_FILE_LIMIT = 10 * 1024 * 1024

# "Uploading Files": bytes of one request; less what stands in it besides the files.
MAX_REQUEST = 25 * 1024 * 1024 - 256 * 1024

# "Opcodes and Status Codes".
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_INTERACTION = 10062
ALREADY_ACKNOWLEDGED = 40060
THREAD_EXISTS = 160004
FILE_TOO_LARGE = frozenset({40005, 50045})


def utf16_units(text: str) -> int:
    """Count the UTF-16 units of a text.

    Discord does not document whether its limits count characters or units; units are never fewer.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
