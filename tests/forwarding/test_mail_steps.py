"""What a mail's words propose; and that nothing is read from words that only sound like it."""

from datetime import date

import pytest

from forwarding.forms import Step
from forwarding.mailsteps import propose_step

TODAY = date(2026, 11, 29)


@pytest.mark.parametrize(
    ("text", "step", "day"),
    [
        ("Megoldva.", Step.DONE, None),
        ("A hibát elhárítottuk, köszönjük a türelmet.", Step.DONE, None),
        ("Munkatársaink a táblát megjavították.", Step.DONE, None),
        ("Elvégeztük a munkát.", Step.DONE, None),
        ("A kátyút kijavítottuk 2026. november 20-án.", Step.DONE, None),
        ("It has been fixed.", Step.DONE, None),
        ("Vyriešené, ďakujeme.", Step.DONE, None),
        ("Das wurde erledigt.", Step.DONE, None),
        ("Köszönjük! #kész", Step.DONE, None),
        ("#done", Step.DONE, None),
        ("[hotovo]", Step.DONE, None),
        ("Nem hozzánk tartozik, kérjük, forduljanak a BKK-hoz.", Step.NOT_OURS, None),
        ("Ez nem a mi hatáskörünk.", Step.NOT_OURS, None),
        ("Az út nem társaságunk kezelésében van.", Step.NOT_OURS, None),
        ("A terület nem tartozik Társaságunk kezelésébe.", Step.NOT_OURS, None),
        ("This is not our responsibility.", Step.NOT_OURS, None),
        ("Nie je v našej kompetencii.", Step.NOT_OURS, None),
        ("Wir sind hierfür nicht zuständig.", Step.NOT_OURS, None),
        ("#nem_mienk", Step.NOT_OURS, None),
        ("A kiépítése nem áll módunkban.", Step.CANNOT, None),
        ("[határidő 2026-12-24] Dolgozunk rajta.", Step.PROMISE, date(2026, 12, 24)),
        ("#hatarido 2026.12.24.", Step.PROMISE, date(2026, 12, 24)),
        ("[deadline: 2026-12-24]", Step.PROMISE, date(2026, 12, 24)),
        ("A javítást december 24-ig elvégezzük.", Step.PROMISE, date(2026, 12, 24)),
        ("Várhatóan január 15-én készül el.", Step.PROMISE, date(2027, 1, 15)),
        ("Opravíme do 24. 12. 2026.", Step.PROMISE, date(2026, 12, 24)),
        ("Wir werden es bis 24. Dezember reparieren.", Step.PROMISE, date(2026, 12, 24)),
        ("It will be fixed by 24 December.", Step.PROMISE, date(2026, 12, 24)),
    ],
)
def test_words_and_tags_propose_a_step(text: str, step: Step, day: date | None) -> None:
    proposal = propose_step(text, today=TODAY)
    assert proposal is not None
    assert (proposal.step, proposal.promised_on) == (step, day)
    assert proposal.words in " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Köszönjük a bejelentést, továbbítottuk a kollégáknak.",
        "Még nem lett megoldva.",
        "A hiba nincs kijavítva.",
        "Ha elkészült, jelezzük.",
        "Kedden betömjük.",
        "It is not yet fixed.",
        "> Megoldva.\n\nEzt honnan tudják?",
        "Lásd: https://x.example/#done",
        "[mellékelve] a terv",
        "#határidő nélkül",
        "A 2024. december 13-i levelük megérkezett.",
        "[határidő 2026-13-45]",
    ],
)
def test_what_says_no_step_proposes_none(text: str) -> None:
    assert propose_step(text, today=TODAY) is None
