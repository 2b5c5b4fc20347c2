"""The page of the stand-in Discord, looked at in Chromium against a small server that speaks its protocol."""
