"""What the form of `/compose` may remember."""

from dataclasses import replace

from hypothesis import strategies as st

from bot.domain.member_settings import CHOICES, Defaults
from bot.domain.models import MAX_SEED, Model, OutputFormat, Ratio, Resolution
from bot.domain.request import RequestDraft
from bot.ui.compose_choices import ComposeChoices

PLAIN = ComposeChoices(RequestDraft("", Model.SEEDANCE_2, 5, Ratio.WIDE))
FULL = ComposeChoices(
    RequestDraft(
        "",
        Model.SEEDANCE_2_FAST,
        15,
        Ratio.ADAPTIVE,
        resolution=Resolution.P480,
        sound=True,
        seed=2**31 - 1,
        last_picture=True,
    )
)
QUIET = RequestDraft("", Model.SEEDANCE_2_MINI, 4, Ratio.SQUARE, sound=False, seed=0)
SILENT = ComposeChoices(QUIET)
TAKES = ComposeChoices(replace(PLAIN.request, takes=3))
QUICKTIME = ComposeChoices(replace(PLAIN.request, model=Model.SEEDANCE_2_5, takes=2, format=OutputFormat.MOV))
WITH_SETTINGS = ComposeChoices(replace(QUIET, defaults=Defaults(CHOICES[:4], CHOICES[4:])), private=True)
COMPOSED = st.builds(
    ComposeChoices,
    st.builds(
        RequestDraft,
        st.just(""),
        st.sampled_from(Model),
        st.integers(0, 99),
        st.sampled_from(Ratio),
        resolution=st.none() | st.sampled_from(Resolution),
        sound=st.none() | st.booleans(),
        seed=st.none() | st.integers(0, MAX_SEED),
        last_picture=st.booleans(),
        format=st.none() | st.sampled_from(OutputFormat),
        takes=st.integers(1, 4),
        defaults=st.integers(0, 5).map(lambda at: Defaults(CHOICES[:at], CHOICES[at:])),
    ),
    st.none() | st.booleans(),
)
