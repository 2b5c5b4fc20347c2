"""What is said in Discord from the background: one attempt on one rung, one look, and the one writer of a card."""
