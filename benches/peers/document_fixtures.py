"""Makes the files that the races of `benches/documents.rs` run on, with the words that are on every page.

usage: document_fixtures.py FOLDER KIND[:COUNT]...   (kinds: scans hard faxes digital packets merge thousand damage big)

Everything is drawn from one seed: the same call gives the same files. It uses other people's libraries only
(Pillow, fpdf2, img2pdf, pikepdf), so that no race is run on what the connector has written itself. A text that
says what is in a folder, `truth.json`, lists the words of every page in reading order.
"""

import datetime
import io
import json
import random
import subprocess
import sys
from pathlib import Path

import img2pdf
import pikepdf
from fpdf import FPDF
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont, ImageOps

SEED = 20261122
FONTS = Path("/usr/share/fonts/truetype/liberation")
FACES = ["LiberationSans-Regular", "LiberationSerif-Regular", "LiberationMono-Regular", "LiberationSansNarrow-Regular"]
LETTER_IN = (8.5, 11.0)

WORDS = """patient presents with follow up for obstructive sleep apnea diagnosed by overnight study the apnea hypopnea index was
events per hour minimum oxygen saturation percent on room air order is placed continuous positive airway pressure device
heated humidifier full face mask size medium replacement filters tubing headgear length of need lifetime months benefits
reviewed usage download shows average nightly use of hours mask leak acceptable residual continues therapy reports improved
daytime sleepiness denies chest pain shortness breath edema history hypertension diabetes mellitus type chronic obstructive
pulmonary disease heart failure preserved ejection fraction medications include metformin lisinopril atorvastatin albuterol
inhaler as needed vital signs blood pressure pulse respirations temperature weight height body mass physical examination
alert oriented no acute distress lungs clear bilaterally regular rate rhythm extremities without cyanosis assessment plan
portable oxygen concentrator liters minute nasal cannula at rest exertion qualifying test performed walk six minutes
ambulation wheelchair standard manual lightweight hospital bed semi electric mattress pressure reducing walker with seat
commode nebulizer compressor supplies glucose monitor sensors transmitter insulin injections daily prior authorization
insurance medicare advantage secondary physician signature date time electronically signed face encounter documented
medical necessity certificate statement ordering provider national identifier telephone facsimile address street city
state account number guarantor subscriber relationship self spouse emergency contact discharge summary home health agency
skilled nursing facility physical therapy evaluation gait unsteady requires assistance transfers stairs fall risk high""".split()
NAMES = """Abernathy Bellweather Castellano Dombrowski Eastwick Fairbanks Grimaldi Hollister Ingersoll Jankowski Kavanagh
Lindqvist Montgomery Nakamura Okonkwo Pemberton Quillfeather Rosenthal Szymanski Thibodeaux Underhill Vandermeer
Whitcombe Yarborough Zimmerman Margaret Theodore Rosalind Cornelius Henrietta Bartholomew Philippa Augustin""".split()
CODES = "E0601 E1390 K0001 E0260 A7030 E0431 A4604 E0562 A9276 G47.33 J44.9 E11.9 I50.32 R09.02 Z99.81".split()


def word(rng):
    roll = rng.random()
    if roll < 0.84:
        return rng.choice(WORDS)
    if roll < 0.89:
        return rng.choice(NAMES)
    if roll < 0.92:
        return rng.choice(CODES)
    if roll < 0.95:
        return f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(1931, 2026)}"
    if roll < 0.97:
        return str(rng.randint(1, 9999))
    return f"{rng.randint(1, 99)}.{rng.randint(0, 9)}"


def header(rng):
    name = f"{rng.choice(NAMES)}, {rng.choice(NAMES)}"
    return [
        f"Northfield Regional Medical Center Page {rng.randint(1, 40)} of 40",
        f"Patient: {name} MRN: {rng.randint(10**7, 10**8)}",
        f"DOB: {rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(1931, 1990)} Encounter: {rng.randint(10**8, 10**9)}",
        "",
    ]


def lines_of(rng, measure, width, count):
    """Lines of sentences that fit the width, with a table of four columns now and then."""
    lines, line = list(header(rng)), ""
    sentence = 0
    while len(lines) < count:
        if sentence == 0:
            sentence = rng.randint(6, 16)
        text = word(rng)
        if sentence == 1:
            text += "."
        sentence -= 1
        if measure(f"{line} {text}") > width:
            lines.append(line)
            if rng.random() < 0.06:
                lines.append("")
            line = text
        else:
            line = f"{line} {text}".strip()
    return lines[:count]


def page_lines(rng, face, px, width_px, height_px):
    font = ImageFont.truetype(str(FONTS / f"{face}.ttf"), px)
    count = int(height_px / (px * 1.35))
    return font, lines_of(rng, font.getlength, width_px, count)


def drawn(rng, dpi=(200, 200), points=11, words_max=None):
    """A white page with text, and its words; other resolutions across than down are drawn square and stretched."""
    size = (round(LETTER_IN[0] * dpi[0]), round(LETTER_IN[1] * dpi[0]))
    px = round(points / 72 * dpi[0])
    margin = round(0.8 * dpi[0])
    height = size[1] - 2 * margin if words_max is None else min(size[1] - 2 * margin, words_max * px * 1.35 / 9)
    font, lines = page_lines(rng, rng.choice(FACES), px, size[0] - 2 * margin, height)
    page = Image.new("L", size, 255)
    draw = ImageDraw.Draw(page)
    for number, line in enumerate(lines):
        draw.text((margin, margin + number * px * 1.35), line, font=font, fill=20)
    if dpi[1] != dpi[0]:
        page = page.resize((size[0], round(LETTER_IN[1] * dpi[1])), Image.Resampling.LANCZOS)
    return page, " ".join(lines).split()


def scanned(rng, page, skew, paper=248, grain=14, specks=900):
    """What a scanner makes of a page: turned a little, grey paper, grain, specks, soft edges."""
    page = page.rotate(skew, Image.Resampling.BICUBIC, fillcolor=255).filter(ImageFilter.GaussianBlur(0.5))
    page = page.point(lambda value: value * paper // 255)
    noise = Image.frombytes("L", page.size, rng.randbytes(page.size[0] * page.size[1]))
    page = ImageChops.add(page, noise.point(lambda value: value * grain // 255), 1.0, -grain // 2)
    draw = ImageDraw.Draw(page)
    for _ in range(specks):
        x, y, r = rng.randrange(page.size[0]), rng.randrange(page.size[1]), rng.choice([0, 0, 0, 1])
        draw.ellipse((x - r, y - r, x + r, y + r), fill=rng.choice([30, 60, 90, 255]))
    return page


def jpeg(page, dpi=200, quality=80):
    out = io.BytesIO()
    page.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()


def fax(page, dpi=(204, 196)):
    out = io.BytesIO()
    page.convert("1", dither=Image.Dither.NONE).save(out, "TIFF", compression="group4", dpi=dpi)
    return out.getvalue()


def pdf_of(images):
    return img2pdf.convert(images, creationdate=None, moddate=None, rotation=img2pdf.Rotation.ifvalid)


def truth(folder, pages):
    (folder / "truth.json").write_text(json.dumps(pages))


def make_scans(folder, count):
    rng, pages, images = random.Random(SEED), [], []
    for number in range(count):
        page, words = drawn(rng)
        images.append(jpeg(scanned(rng, page, rng.uniform(-0.6, 0.6))))
        (folder / f"page{number + 1:03}.jpg").write_bytes(images[-1])
        pages.append(words)
    (folder / "scan.pdf").write_bytes(pdf_of(images))
    truth(folder, pages)


def make_hard(folder, count):
    """Skewed by up to 3 degrees, and in turns: nothing more, quarter turned, faint, white on black."""
    rng, pages, images, told = random.Random(SEED + 1), [], [], []
    for number in range(count):
        page, words = drawn(rng)
        kind = ["skewed", "turned", "faint", "inverted"][number % 4]
        if kind == "faint":
            page = page.point(lambda value: 165 + value * 90 // 255)
        page = scanned(rng, page, rng.choice([-1, 1]) * rng.uniform(0.8, 3.0), specks=400)
        if kind == "turned":
            page = page.rotate([90, 180, 270][(number // 4) % 3], expand=True)
        if kind == "inverted":
            page = ImageOps.invert(page)
        images.append(jpeg(page))
        (folder / f"page{number + 1:03}.jpg").write_bytes(images[-1])
        pages.append(words)
        told.append(kind)
    (folder / "scan.pdf").write_bytes(pdf_of(images))
    (folder / "kinds.json").write_text(json.dumps(told))
    truth(folder, pages)


def make_faxes(folder, count):
    rng, pages = random.Random(SEED + 2), []
    for number in range(count):
        page, words = drawn(rng, dpi=(204, 196), points=12, words_max=220)
        page = scanned(rng, page, rng.uniform(-0.6, 0.6), specks=300)
        (folder / f"fax{number + 1:03}.pdf").write_bytes(pdf_of([fax(page)]))
        pages.append(words)
    truth(folder, pages)


def born_digital(rng, pages):
    """Text as a program prints it: standard fonts, every third file with a font of its own inside."""
    pdf = FPDF(unit="pt", format="letter")
    pdf.set_creation_date(datetime.datetime(2026, 11, 22, tzinfo=datetime.UTC))
    pdf.set_auto_page_break(False)
    face = rng.choice(["helvetica", "times", "courier", "own"])
    if face == "own":
        pdf.add_font("own", fname=str(FONTS / f"{rng.choice(FACES)}.ttf"))
    pdf.set_font(face, size=10)
    words = []
    for _ in range(pages):
        pdf.add_page()
        lines = lines_of(rng, pdf.get_string_width, 612 - 110, 48)
        for number, line in enumerate(lines):
            pdf.text(54, 60 + number * 14, line)
        words.append(" ".join(lines).split())
    return bytes(pdf.output()), words


def make_digital(folder, count):
    rng = random.Random(SEED + 3)
    content, words = joined(born_digital(rng, 25) for _ in range(count // 25))
    (folder / "digital.pdf").write_bytes(content)
    truth(folder, words)


def joined(parts):
    whole, words = pikepdf.new(), []
    for content, part in parts:
        whole.pages.extend(pikepdf.open(io.BytesIO(content)).pages)
        words += part
    out = io.BytesIO()
    whole.save(out, static_id=True)
    return out.getvalue(), words


def make_packets(folder, count):
    """The scanned pages again, in five packets, each in an order of its own."""
    scans = folder.parent / "scans"
    words = json.loads((scans / "truth.json").read_text())
    images = [file.read_bytes() for file in sorted(scans.glob("page*.jpg"))]
    rng, pages = random.Random(SEED + 4), []
    for number in range(count):
        order = list(range(len(images)))
        rng.shuffle(order)
        (folder / f"packet{number + 1}.pdf").write_bytes(pdf_of([images[index] for index in order]))
        pages.append([words[index] for index in order])
    truth(folder, pages)


def fragment(rng, pages, kind):
    """One file of a chart, by one of five producers: fpdf2, Ghostscript, qpdf with object streams, img2pdf with JPEG or G4."""
    if kind in ("jpeg", "fax"):
        images, words = [], []
        for _ in range(pages):
            page, on_page = drawn(rng, dpi=(100, 100)) if kind == "jpeg" else drawn(rng, dpi=(204, 196))
            page = scanned(rng, page, rng.uniform(-0.6, 0.6), specks=100)
            images.append(jpeg(page, 100, 60) if kind == "jpeg" else fax(page))
            words.append(on_page)
        return pdf_of(images), words
    content, words = born_digital(rng, pages)
    if kind == "ghostscript":
        command = ["gs", "-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=pdfwrite", "-sOutputFile=-", "-"]
        content = subprocess.run(command, input=content, stdout=subprocess.PIPE, check=True).stdout
    elif kind == "qpdf":
        out = io.BytesIO()
        mode = pikepdf.ObjectStreamMode.generate
        pikepdf.open(io.BytesIO(content)).save(out, static_id=True, object_stream_mode=mode)
        content = out.getvalue()
    return content, words


def make_fragments(folder, counts, kinds, seed):
    rng, words = random.Random(seed), []
    for number, pages in enumerate(counts):
        content, on_pages = fragment(rng, pages, kinds[number % len(kinds)])
        (folder / f"part{number + 1:04}.pdf").write_bytes(content)
        words.append(on_pages)
    truth(folder, words)


def make_merge(folder, count):
    """60 files hold 146 pages."""
    counts = ([1, 2, 2, 3, 4, 2, 3, 2, 3, 2] * count)[:count]
    if count == 60:
        counts[0] += 146 - sum(counts)
    make_fragments(folder, counts, ["fpdf2", "jpeg", "ghostscript", "qpdf", "fax"], SEED + 5)


def make_thousand(folder, count):
    make_fragments(folder, [1] * count, ["fpdf2", "qpdf", "fpdf2", "fax"], SEED + 6)


def make_damage(folder, count):
    """Each file of the merge in six ways; `whole` holds them as they were."""
    rng = random.Random(SEED + 7)
    source = folder.parent / "merge"
    for number, file in enumerate(sorted(source.glob("part*.pdf"))[:count]):
        whole = file.read_bytes()
        made = {"whole": whole}
        head, number_at, tail = whole.rpartition(b"startxref")
        made["startxref"] = head + number_at + b"\n" + str(rng.randrange(10**7)).encode() + b"\n%%EOF\n"
        made["garbage"] = whole + rng.randbytes(rng.randint(2000, 6000))
        flipped = bytearray(whole)
        for _ in range(3):
            flipped[rng.randrange(len(flipped))] ^= 1 << rng.randrange(8)
        made["flips"] = bytes(flipped)
        at = rng.randrange(len(whole) - 600)
        made["zeroed"] = whole[:at] + bytes(600) + whole[at + 600 :]
        made["truncated"] = whole[: int(len(whole) * rng.uniform(0.5, 0.95))]
        made["html"] = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Your session has ended.</body></html>"
        for kind, content in made.items():
            (folder / kind).mkdir(exist_ok=True)
            (folder / kind / file.name).write_bytes(content)
    (folder / "truth.json").write_text((source / "truth.json").read_text())


def make_big(folder, count):
    """Every page a picture of its own: a new grain over twenty texts."""
    rng, images = random.Random(SEED + 8), []
    texts = [drawn(rng) for _ in range(min(20, count))]
    for number in range(count):
        page, _ = texts[number % len(texts)]
        images.append(jpeg(scanned(rng, page, rng.uniform(-0.6, 0.6)), quality=60))
    (folder / "scan.pdf").write_bytes(pdf_of(images))
    truth(folder, [texts[number % len(texts)][1] for number in range(count)])


MAKERS = {
    "scans": (make_scans, 20),
    "hard": (make_hard, 20),
    "faxes": (make_faxes, 200),
    "digital": (make_digital, 200),
    "packets": (make_packets, 5),
    "merge": (make_merge, 60),
    "thousand": (make_thousand, 1000),
    "damage": (make_damage, 60),
    "big": (make_big, 300),
}


def main():
    folder = Path(sys.argv[1])
    for wish in sys.argv[2:]:
        kind, _, count = wish.partition(":")
        maker, usual = MAKERS[kind]
        target = folder / kind
        target.mkdir(parents=True, exist_ok=True)
        maker(target, int(count or usual))


main()
