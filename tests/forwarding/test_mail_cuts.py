"""What is left of a mail: the new words, in the ways in which programs quote and sign in four languages."""

# ruff: noqa: E501 (lines of mails are as long as they are)
import json
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from forwarding.mailcuts import own_words, without_signature
from forwarding.mailhtml import text_of_html

DATA = Path(settings.BASE_DIR).parent / "shared" / "data" / "mails"

QUOTED = "\n> Tisztelt Cím!\n> Kátyú van az úton.\n"
UNQUOTED = "\nTisztelt Cím!\n\nKátyú van az úton.\n"

ATTRIBUTIONS = {
    "gmail hu": "Járókelő <r-1-ab@jarokelo.example> ezt írta (időpont: 2026. nov. 5., Cs, 14:02):",
    "gmail hu, broken": "Járókelő <r-1-ab@jarokelo.example>\nezt írta (időpont: 2026. nov. 5., Cs,\n14:02):",
    "gmail hu, old": "2026. november 5. 14:02 Járókelő írta, <r-1-ab@jarokelo.example>:",
    "thunderbird hu": "2026. 11. 05. 14:02 keltezéssel, Járókelő írta:",
    "thunderbird hu, broken": "2026. 11. 05. 14:02 keltezéssel, Járókelő – a jobb városért\nírta:",
    "apple hu": "2026. nov. 5. dátummal, 14:02 időpontban Járókelő <r-1-ab@jarokelo.example> írta:",
    "yahoo hu": "2026. november 5., csütörtök 14:02:11 CET, Járókelő <r-1-ab@jarokelo.example> írta:",
    "proton hu": "2026. november 5., csütörtök 14:02 keltezéssel, Járókelő <r-1-ab@jarokelo.example> írta:",
    "freemail": "Járókelő <r-1-ab@jarokelo.example> írta:",
    "gmail en": "On Thu, Nov 5, 2026 at 2:02 PM Járókelő <r-1-ab@jarokelo.example> wrote:",
    "gmail en, broken": "On Thu, Nov 5, 2026 at 2:02 PM Járókelő – a very long name of a site <\nr-1-ab@jarokelo.example> wrote:",
    "apple en": "On 5 Nov 2026, at 14:02, Járókelő <r-1-ab@jarokelo.example> wrote:",
    "thunderbird en": "On 11/5/26 14:02, Járókelő wrote:",
    "gmail sk": "št 5. 11. 2026 o 14:02 Járókelő <r-1-ab@jarokelo.example> napísal(a):",
    "thunderbird sk": "Dňa 5. 11. 2026 o 14:02 Járókelő napísal(a):",
    "apple sk": "Dňa 5. 11. 2026 o 14:02 Járókelő <r-1-ab@jarokelo.example> napísal:",
    "seznam cs": "Dne 5. 11. 2026 v 14:02 Járókelő napsal(a):",
    "gmail de": "Am Do., 5. Nov. 2026 um 14:02 Uhr schrieb Járókelő <r-1-ab@jarokelo.example>:",
    "thunderbird de": "Am 05.11.26 um 14:02 schrieb Járókelő:",
    "apple de": "Am 05.11.2026 um 14:02 schrieb Járókelő <r-1-ab@jarokelo.example>:",
    "gmail fr": "Le jeu. 5 nov. 2026 à 14:02, Járókelő <r-1-ab@jarokelo.example> a écrit :",
    "gmail pl": "czw., 5 lis 2026 o 14:02 Járókelő <r-1-ab@jarokelo.example> napisał(a):",
    "gmail ro": "În joi, 5 nov. 2026 la 14:02, Járókelő <r-1-ab@jarokelo.example> a scris:",
}
HEADS = {
    "outlook hu": "Feladó: Járókelő <r-1-ab@jarokelo.example>\nElküldve: 2026. november 5., csütörtök 14:02\nCímzett: Ügyfélszolgálat\nTárgy: Kátyú",
    "outlook hu, rule": "________________________________\nFeladó: Járókelő\nKüldve: csütörtök, november 5, 2026 2:02 PM\nCímzett: Iroda\nTárgy: Kátyú",
    "outlook hu, old": "-----Eredeti üzenet-----\nFeladó: Járókelő [mailto:r-1-ab@jarokelo.example]\nKüldve: 2026. november 5. 14:02\nCímzett: Iroda\nTárgy: Kátyú",
    "thunderbird hu": "-------- Eredeti üzenet --------\nTárgy: Kátyú\nDátum: Thu, 5 Nov 2026\nFeladó: Járókelő\nCímzett: iroda@x.example",
    "outlook en": "From: Járókelő <r-1-ab@jarokelo.example>\nSent: Thursday, November 5, 2026 2:02 PM\nTo: Office\nSubject: Pothole",
    "outlook en, bold": "*From:* Járókelő [mailto:r-1-ab@jarokelo.example]\n*Sent:* Thursday, November 5, 2026\n*To:* Office\n*Subject:* Pothole",
    "outlook sk": "Od: Járókelő <r-1-ab@jarokelo.example>\nOdoslané: štvrtok 5. novembra 2026 14:02\nKomu: Úrad\nPredmet: Výtlk",
    "outlook sk, old": "-----Pôvodná správa-----\nOd: Járókelő\nOdoslané: 5. novembra 2026\nKomu: Úrad\nPredmet: Výtlk",
    "outlook de": "Von: Járókelő <r-1-ab@jarokelo.example>\nGesendet: Donnerstag, 5. November 2026 14:02\nAn: Amt\nBetreff: Schlagloch",
    "outlook de, old": "-----Ursprüngliche Nachricht-----\nVon: Járókelő\nGesendet: Donnerstag, 5. November 2026\nAn: Amt\nBetreff: Schlagloch",
    "apple mail": "Begin forwarded message:\n\nFrom: Járókelő\nSubject: Pothole\nDate: 5 November 2026\nTo: Office",
    "lotus": "From:\tJárókelő <r-1-ab@jarokelo.example>\nTo:\tiroda@x.example\nDate:\t2026.11.05 14:02\nSubject:\tKátyú",
}
TELEPHONES = [
    "Elküldve az iPhone készülékemről",
    "Elküldve az iPhone-omról",
    "Az iPhone-omról küldve",
    "iPhone-ról küldve",
    "Elküldve Samsung Galaxy okostelefonról",
    "Samsung mobilról küldve",
    "Elküldve a Huawei mobiltelefonomról",
    "Elküldve Androidos Yahoo Mailből",
    "Outlook beszerzése iOS rendszerhez",
    "Az Outlook beszerzése Android rendszerhez<https://aka.ms/x>",
    "Outlook letöltése Androidra",
    "Küldve a Windows Posta alkalmazásából",
    "Sent from my iPhone",
    "Sent from Outlook for iOS",
    "Get Outlook for Android<https://aka.ms/AAb9ysg>",
    "Sent from Yahoo Mail on Android",
    "Sent with Proton Mail secure email.",
    "Von meinem iPhone gesendet",
    "Gesendet von meinem Samsung Galaxy Smartphone.",
    "Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.",
    "Holen Sie sich Outlook für iOS",
    "Odoslané z iPhonu",
    "Odoslané z môjho iPhonu",
    "Získajte Outlook pre Android",
    "Odoslané z aplikácie Outlook pre iOS",
]
SIGN_OFFS = [
    "Üdvözlettel:\nKiss Éva\nügyintéző\nÚtkezelő Zrt.\nTel.: +36 1 234 5678",
    "Tisztelettel,\n\nKiss Éva\nfőelőadó",
    "Üdv, Éva",
    "Üdvözlettel\n\nKiss Éva | ügyfélszolgálat\n1052 Budapest, Városház u. 9.\nwww.utkezelo.example",
    "Best regards,\nEva Kiss\nRoad Works",
    "Kind regards\nEva",
    "Mit freundlichen Grüßen\n\nEva Kiss\nStraßenamt",
    "Viele Grüße, Eva",
    "S pozdravom\nEva Kissová\nreferentka",
    "S úctou\n\nIng. Eva Kissová",
    "-- \nKiss Éva\nÚtkezelő Zrt.",
    "--\nKiss Éva",
]
SMALL_PRINT = [
    "Ez az elektronikus üzenet és annak mellékletei bizalmas információt tartalmaznak, kizárólag a címzettnek szólnak.",
    "Jelen üzenet bizalmas, jogosulatlan felhasználása tilos.",
    "Kérjük, gondoljon a környezetre, mielőtt kinyomtatja ezt a levelet!",
    "Vírusmentes. www.avast.com",
    "This e-mail and any attachments are confidential and intended solely for the addressee.",
    "CONFIDENTIALITY NOTICE: do not read this.",
    "Diese E-Mail enthält vertrauliche Informationen und ist nur für den Adressaten bestimmt.",
    "Táto správa a jej prílohy sú dôverné a určené výlučne adresátovi.",
]
WORDS = "Tisztelt Járókelő!\n\nA kátyút kedden betömtük.\nKöszönjük a bejelentést."


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_a_quote_below_is_cut_with_the_line_above_it(line: str) -> None:
    assert own_words(f"{WORDS}\n\n{line}\n{QUOTED}") == WORDS
    assert own_words(f"{WORDS}\n\n{line}\n\n{QUOTED}") == WORDS


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_an_answer_below_the_quote_is_kept(line: str) -> None:
    assert own_words(f"{line}\n{QUOTED}\n{WORDS}") == WORDS


@pytest.mark.parametrize("line", ATTRIBUTIONS.values(), ids=ATTRIBUTIONS.keys())
def test_of_a_quote_alone_nothing_is_left(line: str) -> None:
    assert own_words(f"\n\n{line}\n{QUOTED}") == ""


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS.keys())
def test_a_mail_copied_below_is_cut_with_its_head(head: str) -> None:
    assert own_words(f"{WORDS}\n\n{head}\n{UNQUOTED}") == WORDS
    assert own_words(f"{WORDS}\n\n{head}\n{UNQUOTED}".replace("\n", "\r\n")) == WORDS


def test_answers_between_quoted_lines_keep_what_they_answer() -> None:
    text = (
        "2026. 11. 05. 14:02 keltezéssel, Járókelő írta:\n> Mikor lesz kész?\n\nKedden.\n\n> Ki végzi?\n\nMi magunk.\n"
    )
    assert own_words(text) == "> Mikor lesz kész?\n\nKedden.\n\n> Ki végzi?\n\nMi magunk."


def test_a_forwarded_mail_without_words_is_what_there_is_to_read() -> None:
    head = "---------- Forwarded message ---------\nFeladó: Kiss Éva <eva@x.example>\nDate: 2026. nov. 5.\nTo: iroda"
    assert own_words(f"{head}\n\n\nA kátyú kész.") == "A kátyú kész."
    assert own_words(f"Továbbítom.\n\n{head}\n\nA kátyú kész.") == "Továbbítom."


@pytest.mark.parametrize("line", TELEPHONES)
def test_a_telephones_line_is_cut(line: str) -> None:
    assert own_words(f"{WORDS}\n\n{line}") == WORDS
    assert own_words(f"{WORDS}\n\n{line}\n\n{ATTRIBUTIONS['gmail hu']}\n{QUOTED}") == WORDS


@pytest.mark.parametrize("sign_off", SIGN_OFFS)
def test_a_sign_off_is_cut(sign_off: str) -> None:
    assert own_words(f"{WORDS}\n\n{sign_off}") == WORDS
    assert own_words(f"{WORDS}\n\n{sign_off}\n\n{HEADS['outlook hu']}\n{UNQUOTED}") == WORDS


@pytest.mark.parametrize("line", SMALL_PRINT)
def test_small_print_is_cut(line: str) -> None:
    assert own_words(f"{WORDS}\n\n{line}") == WORDS
    assert own_words(f"{WORDS}\n\n{SIGN_OFFS[0]}\n\n{line}") == WORDS


@pytest.mark.parametrize(
    "text",
    [
        "A következőt írta a kolléga:\na munka kész.",
        "Az út felelőse: Nagy Péter\nKezdés: kedden",
        "- első\n- második\n\n---\n\nMegjegyzés: a harmadik is.\n" + "Sok sor még.\n" * 20,
        "Üdvözlettel fogadtuk a bejelentést.\nA munkát kedden elvégezzük, a burkolatot cseréljük.\nEzután lezárjuk az utat.",
        "Köszönjük.\n\nA javítás 14:30-kor kezdődik.",
        "A telefon jó: mobilról is küldve lehet bejelenteni, kérjük, így tegye.",
        "Dátum: 2026. 11. 05.\nHelyszín: Fő tér",
    ],
)
def test_what_only_resembles_a_quote_stays(text: str) -> None:
    assert own_words(text) == text.strip()


@pytest.mark.parametrize(
    "banner",
    [
        "CAUTION: This email originated from outside of the organization. Do not click links.",
        "FIGYELEM: Ez a levél külső feladótól érkezett!",
        "Achtung: Externe E-Mail. Klicken Sie nicht auf Links.",
        "[EXTERNAL]",
    ],
)
def test_a_mail_servers_warning_on_top_is_cut(banner: str) -> None:
    assert own_words(f"{banner}\n\n{WORDS}") == WORDS


HTML = {
    "gmail": '<div dir="ltr">Kész.</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">'
    "X &lt;a@b.example&gt; tarafından yazıldı:<br></div><blockquote class='gmail_quote' style='margin:0px 0px 0px 0.8ex'>"
    "<div>Kátyú van.</div></blockquote></div>",
    "outlook": '<div class="elementToProof">Kész.</div><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Feladó:</b> J'
    "<br><b>Elküldve:</b> csütörtök<br><b>Címzett:</b> I<br><b>Tárgy:</b> K</div><div>Kátyú van.</div>",
    "outlook, unknown language": '<p>Kész.</p><div id="divRplyFwdMsg"><b>Nuo:</b> J<br><b>Data:</b> x</div><div>Kátyú van.</div>',
    "word": '<div class="WordSection1"><p class="MsoNormal">Kész.<o:p></o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt">'
    '<p class="MsoNormal"><b>Von:</b> J<br><b>Gesendet:</b> Montag<br><b>An:</b> I<br><b>Betreff:</b> K</p></div><p>Kátyú van.</p></div>',
    "thunderbird": '<p>Kész.</p><div class="moz-cite-prefix">2026. 11. 05. 14:02 keltezéssel, J írta:<br></div>'
    '<blockquote type="cite" cite="mid:x"><p>Kátyú van.</p></blockquote><div class="moz-signature">-- <br>Kiss Éva</div>',
    "apple": "<html><body dir='auto'>Kész.<br><br><div dir='ltr'>iPhone-ról küldve</div><div dir='ltr'><br><blockquote type='cite'>"
    "2026. nov. 5. dátummal, 14:02 időpontban J írta:<br><br></blockquote></div><blockquote type='cite'><div>Kátyú van.</div></blockquote></body></html>",
    "yahoo": '<div>Kész.</div><div id="yahoo_quoted_1" class="yahoo_quoted"><div>2026. nov. 5. J írta:</div><div>Kátyú van.</div></div>',
    "signature": '<div>Kész.</div><div class="gmail_signature"><b>Kiss Éva</b><br>Tel: 1234567</div>',
    "head and script": "<head><style>p{}</style><title>x</title></head><p>Kész.</p><script>alert(1)</script>",
}


@pytest.mark.parametrize("source", HTML.values(), ids=HTML.keys())
def test_quotes_of_html_mails_are_cut(source: str) -> None:
    assert own_words(text_of_html(source)) == "Kész."


def test_html_becomes_lines() -> None:
    assert text_of_html("<p>Első&nbsp;sor.</p><p>Második<br/>sor &lt;b&gt;.</p>") == "Első sor.\nMásodik\nsor <b>."
    assert text_of_html("<ul><li>egy</li><li>kettő</li></ul>") == "egy\nkettő"
    assert text_of_html("<blockquote><blockquote>mély</blockquote>fent</blockquote>alul") == ">> mély\n> fent\nalul"


def test_a_signature_alone_is_cut_from_a_text() -> None:
    assert without_signature("Kész.\n\nSent from my iPhone") == "Kész."


# -- The command --------------------------------------------------------------------------------------------------


def scored(folder: Path, **options: object) -> tuple[list[str], dict[str, int]]:
    out = StringIO()
    call_command("check_mails", str(folder), stdout=out, **options)
    lines = out.getvalue().splitlines()
    return lines, json.loads(lines[-1])


@pytest.mark.skipif(not DATA.is_dir(), reason="shared/data/mails is not here")
def test_the_shared_mails_are_read_as_their_manifest_says() -> None:
    lines, score = scored(DATA)
    assert score["total"] > 90
    assert score["right"] >= 0.95 * score["total"], "\n".join(lines)


def test_the_score_names_the_wrong_ones(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Kész.\n\nSent from my iPhone", "utf-8")
    (tmp_path / "b.eml").write_bytes(b"Subject: Hello\r\n\r\nKedden.\r\n")
    entries = [
        {"file": "a.txt", "kind": "reply_text", "source": "ours", "expected_reply": "Kész."},
        {"file": "a.txt", "kind": "reply_text", "source": "ours", "expected_reply": "Nincs kész."},
        {"file": "b.eml", "kind": "bounce", "source": "ours", "expected_class": "soft"},
        {"file": "none.eml", "kind": "autoreply", "source": "ours"},
    ]
    (tmp_path / "manifest.json").write_text(json.dumps(entries), "utf-8")
    lines, score = scored(tmp_path, show=2)
    assert score == {"total": 4, "right": 1}
    assert [line.split() for line in lines[1:4]] == [
        ["ours", "autoreply", "0", "1"],
        ["ours", "bounce", "0", "1"],
        ["ours", "reply_text", "1", "2"],
    ]
    assert lines[4:6] == ["wrong: a.txt: left 'Kész.', not 'Nincs kész.'", "wrong: b.eml: taken for answer"]


def test_a_folder_without_a_manifest_says_so(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no manifest"):
        scored(tmp_path)
