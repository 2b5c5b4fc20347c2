"""What ids are made of."""

from collections import Counter

from bot.domain.ids import new_job_id, new_reference

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def test_ids_have_their_length_and_no_letters_that_are_mistaken_for_others():
    assert len(new_job_id()) == 20
    assert len(new_reference()) == 6
    made = {new_job_id() for _ in range(1000)}
    assert len(made) == 1000


def test_every_letter_is_drawn_at_every_place():
    for place in range(20):
        drawn = Counter(new_job_id()[place] for _ in range(1000))
        assert set(drawn) == set(ALPHABET)
