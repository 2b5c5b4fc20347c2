"""Any sequence of deeds of two members in two servers, with restarts between them, against a plain account of them."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bot.domain.asset_problems import NameTaken
from bot.domain.assets import Asset, AssetStage, Character
from bot.domain.errors import Refusal
from tests.storage.asset_samples import ELSEWHERE, SERVER, AssetTables, asset, character
from tests.storage.samples import NOW

MEMBERS = st.sampled_from((1, 2))
NAMES = st.sampled_from(("Fox", "FOX", "Fóx", "Cat", "fox two"))
PLACES = (SERVER, ELSEWHERE, None)
PLAIN = {"Fox": "fox", "FOX": "fox", "Fóx": "fox", "Cat": "cat", "fox two": "fox two"}


class DeedsAgainstTheStore(RuleBasedStateMachine):
    owned = Bundle("owned")
    made = Bundle("made")

    def __init__(self, place):
        super().__init__()
        self.runner = asyncio.Runner()
        self.place = place
        self.place.empty()
        self.characters: dict[str, Character] = {}
        self.assets: dict[str, Asset] = {}
        self.now = NOW

    @initialize()
    def start(self):
        self.store = self.place.open()
        self.runner.run(self.store.__aenter__())
        self.port = AssetTables(self.store)

    @rule()
    def restart(self):
        self.runner.run(self.store.__aexit__(None, None, None))
        self.start()

    @rule(target=owned, owner_id=MEMBERS, name=NAMES)
    def add_a_character(self, owner_id, name):
        self.now += 1
        new = character(name, owner_id=owner_id, created=self.now)
        if self.written(self.port.add_character(new), new, self.characters):
            return new.id
        return multiple()

    @rule(target=made, of=owned, name=NAMES, stage=st.sampled_from(AssetStage))
    def add_an_asset(self, of, name, stage):
        self.now += 1
        new = asset(self.characters[of], name, stage=stage, created=self.now, asset_id=f"pa_{len(self.assets)}")
        for each in list(self.assets.values()):
            # What failed gives way to the next of its name.
            same = each.owner_id == new.owner_id and PLAIN[each.name] == PLAIN[name]
            if same and each.stage is AssetStage.FAILED:
                self.assets[each.id] = replace(each, hidden=True)
        if self.written(self.port.add(new), new, self.assets):
            return new.id
        return multiple()

    def written(self, writing, new, known):
        """Run it, and tell whether it was to be written and is; else its name is refused."""
        others = [each for each in known.values() if each.owner_id == new.owner_id and not getattr(each, "hidden", 0)]
        if PLAIN[new.name] in {PLAIN[each.name] for each in others}:
            with pytest.raises(Refusal) as refused:
                self.runner.run(writing)
            assert refused.value.problems == (NameTaken(new.name),)
            return False
        self.runner.run(writing)
        known[new.id] = new
        return True

    @rule(of=owned, guild_id=st.sampled_from(PLACES))
    def share(self, of, guild_id):
        self.runner.run(self.port.share(of, guild_id))
        self.characters[of] = replace(self.characters[of], shared_in=guild_id)

    @rule(which=made, was=st.sampled_from(AssetStage), to=st.sampled_from(AssetStage))
    def move_from_any_belief(self, which, was, to):
        moved = replace(self.assets[which], stage=to, provider_message=f"as of {self.now}")
        done = self.runner.run(self.port.save(moved, was))
        assert done == (self.assets[which].stage is was)
        if done:
            self.assets[which] = moved

    @rule(which=made, owner_id=MEMBERS)
    def hide(self, which, owner_id):
        known = self.assets[which]
        may = known.owner_id == owner_id and not known.hidden
        assert self.runner.run(self.port.hide(owner_id, which)) == may
        self.assets[which] = replace(known, hidden=known.hidden or may)

    @rule(which=made)
    def tell(self, which):
        self.runner.run(self.port.mark_notified(which, self.now))
        known = self.assets[which]
        self.assets[which] = replace(known, notified_at=self.now if known.notified_at is None else known.notified_at)

    @rule(
        user_id=MEMBERS, guild_id=st.sampled_from(PLACES), user_input=st.sampled_from(["", "fox", "FOX TWO", "ca", "x"])
    )
    def look_for_what_may_be_used(self, user_id, guild_id, user_input):
        may = [each for each in self.usable(user_id, guild_id) if each.stage is AssetStage.ACTIVE]
        wanted = [each for each in may if user_input.casefold() in PLAIN[each.name]]
        assert self.runner.run(self.port.usable(user_id, guild_id, user_input, 99)) == wanted

    @rule(user_id=MEMBERS, guild_id=st.sampled_from(PLACES), which=made)
    def look_for_one(self, user_id, guild_id, which):
        known = self.assets[which]
        wanted = known if known in self.usable(user_id, guild_id) else None
        for user_input in (known.id, known.asset_id, f"asset://{known.asset_id}"):
            assert self.runner.run(self.port.named(user_id, guild_id, user_input)) == wanted

    def usable(self, user_id, guild_id):
        """List what a member may use there, whatever its stage, as it is offered."""
        seen = [each for each in self.assets.values() if not each.hidden]
        shared = {each.id for each in self.characters.values() if guild_id and each.shared_in == guild_id}
        own = [each for each in seen if each.owner_id == user_id]
        return own[::-1] + [each for each in seen if each.owner_id != user_id and each.character_id in shared][::-1]

    @invariant()
    def nothing_is_lost(self):
        async def all_of_them():
            found = {each: await self.port.find(each) for each in self.assets}
            listed = [*await self.port.characters(1), *await self.port.characters(2)]
            return found, {each.id: each for each in listed}, await self.port.unfinished()

        found, listed, unfinished = self.runner.run(all_of_them())
        assert (found, listed) == (self.assets, self.characters)
        wanted = [
            each for each in self.assets.values() if not each.hidden and (not each.ended or each.notified_at is None)
        ]
        assert unfinished == wanted

    def teardown(self):
        self.runner.run(self.store.__aexit__(None, None, None))
        self.runner.close()


def test_any_sequence_of_deeds(place):
    about = settings(max_examples=30, stateful_step_count=25, deadline=None, print_blob=True)
    run_state_machine_as_test(lambda: DeedsAgainstTheStore(place), settings=about)
