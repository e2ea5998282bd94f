"""Reads a synthetic hospital's charts with Selenium, the way the first system did: one page after the other in a
browser, as a person would. Written for the race of benches/portal.rs, which starts it and judges what it brings.

It is told more than a real script knows, so that it does no work in vain: which messages there are, and of each chart
the titles and kinds of the documents that are wanted. A document it has is not fetched again. It checks the patient on
every chart and document. Prints one JSON object: when each browser was logged in, when all was done, and the documents.
"""

import argparse
import base64
import email
import email.policy
import hashlib
import json
import pathlib
import re
import threading
import time
from datetime import datetime

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

# How long a page may take, and how often it is looked at: five times as often as Selenium's own habit.
WAIT_SECONDS = 60
POLL_SECONDS = 0.1

SECTIONS = {"orders": "Orders", "snapshot": "SnapShot", "notes": "Notes", "media": "Media", "encounters": "Encounters"}

# How the files begin that can go into a packet: PDF, TIFF, JPEG.
MARKS = (b"%PDF", b"II*\0", b"MM\0*", b"\xff\xd8")

# The bytes behind a frame, by the page's own means: for what a browser shows instead of saving it.
FETCH = """
const done = arguments[arguments.length - 1];
fetch(arguments[0]).then(reply => reply.blob()).then(blob => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result.split(",")[1]);
  reader.readAsDataURL(blob);
});
"""


class Mails:
    """The folder of code mails. Whoever waits for a code is alone: two logins at once could not tell theirs apart."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.lock = threading.Lock()

    def names(self):
        return {path.name for path in self.folder.iterdir() if not path.name.startswith(".")}

    def code(self, seen):
        """The code of the first mail that was not there before."""
        until = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < until:
            for name in self.names() - seen:
                mail = email.message_from_bytes((self.folder / name).read_bytes(), policy=email.policy.default)
                body = mail.get_body(preferencelist=("plain", "html")).get_content()
                words = re.findall(r"\b(?:[0-9]{6}|(?=[A-Z0-9]*[0-9])[A-Z0-9]{6})\b", body)
                if words:
                    return words[0]
            time.sleep(POLL_SECONDS)
        raise TimeoutError("no code was mailed")


class Reader:
    """One browser with one session."""

    def __init__(self, number, job, mails, out):
        self.number, self.job, self.mails = number, job, mails
        self.out = pathlib.Path(out) / str(number)
        self.out.mkdir(parents=True)
        self.documents = []
        self.messages = []
        self.have = set()
        options = Options()
        options.binary_location = job["chromium"]
        for flag in ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {
            # A PDF that is opened is saved.
            "plugins.always_open_pdf_externally": True,
            "profile.default_content_setting_values.automatic_downloads": 1,
            "download.prompt_for_download": False,
        })
        self.driver = webdriver.Chrome(options=options, service=Service(job["chromedriver"]))
        self.driver.set_page_load_timeout(WAIT_SECONDS)

    def until(self, what):
        return WebDriverWait(self.driver, WAIT_SECONDS, poll_frequency=POLL_SECONDS).until(what)

    def one(self, selector):
        return self.until(lambda driver: next(iter(driver.find_elements(By.CSS_SELECTOR, selector)), None))

    def log_in(self):
        self.driver.get(self.job["url"] + "/EpicCareLink/login")
        self.one("input[name=userid]").send_keys(self.job["user"])
        self.one("input[name=password]").send_keys(self.job["password"])
        with self.mails.lock:
            seen = self.mails.names()
            self.one("#login-form button[type=submit]").click()
            if self.one("#accept-terms, #code").get_attribute("id") == "accept-terms":
                self.one("#accept-terms").click()
            box = self.one("#code")
            box.send_keys(self.mails.code(seen))
            self.one("#verify").click()
            self.one("#app")
        self.one("section[aria-label=Folders] button.folder")

    def rows(self, label):
        """The rows of a table by its label, as lists of cells."""
        table = self.one(f'table[aria-label="{label}"]')
        return [row.find_elements(By.TAG_NAME, "td") for row in table.find_elements(By.CSS_SELECTOR, "tbody tr")]

    def next_page(self):
        """Goes to the list's next page, if there is one."""
        buttons = [b for b in self.driver.find_elements(By.CSS_SELECTOR, ".paging button") if b.text == "Next page"]
        if not buttons or not buttons[0].is_enabled():
            return False
        buttons[0].click()
        self.until(lambda _: gone(buttons[0]))
        return True

    def in_basket(self, folder, page):
        """The In Basket at a page of a folder."""
        old = self.driver.find_elements(By.CSS_SELECTOR, "#app > *")
        self.one("nav [data-tab=inbasket]").click()
        if old:
            self.until(lambda _: gone(old[0]))
        self.open_folder(folder)
        for _ in range(page):
            self.next_page()

    def open_folder(self, folder):
        button = next(b for b in self.driver.find_elements(By.CSS_SELECTOR, "button.folder") if folder in b.text)
        if button.get_attribute("aria-current") != "true":
            button.click()
            self.until(lambda _: gone(button))
        self.one('table[aria-label="Messages"]')

    def read_all(self, share, shares):
        """Every message whose turn it is: of all in order, each browser takes its share."""
        self.one("section[aria-label=Folders] button.folder")
        names = self.driver.find_elements(By.CSS_SELECTOR, "button.folder span:first-child")
        folders = [name.text for name in names]
        count = 0
        for folder in folders:
            page, more = 0, True
            self.open_folder(folder)
            while more:
                for index in range(len(self.rows("Messages"))):
                    count += 1
                    if count % shares == share:
                        self.message(index)
                        self.in_basket(folder, page)
                more = self.next_page()
                page += 1

    def message(self, index):
        cells = self.rows("Messages")[index]
        received = datetime.strptime(cells[3].text, "%m/%d/%Y %I:%M %p").isoformat(timespec="minutes")
        button = cells[0].find_element(By.TAG_NAME, "button")
        button.click()
        self.until(lambda _: gone(button))
        pane = self.one('section[aria-label="Message"]')
        text = pane.text
        wanted = next((m for m in self.job["messages"] if m["received"] == received and m["mrn"] in text), None)
        if wanted is None:
            return
        next(b for b in pane.find_elements(By.TAG_NAME, "button") if b.text == "Open chart").click()
        # What is refused (Break-the-Glass, access ended) is told in the page.
        shown = self.one("div.banner, [role=alert]")
        if shown.get_attribute("role") == "alert":
            return
        if wanted["mrn"] not in shown.text:
            raise RuntimeError("another patient's chart")
        self.messages.append(wanted["id"])
        for section, tab in SECTIONS.items():
            titles = [d for d in wanted["documents"] if d["section"] == section]
            self.section(wanted, tab, titles)

    def section(self, message, tab, wanted):
        button = next(b for b in self.driver.find_elements(By.CSS_SELECTOR, "#app .paging button") if b.text == tab)
        button.click()
        self.until(lambda _: gone(button))
        if message["mrn"] not in self.one("div.banner").text:
            raise RuntimeError("another patient's chart")
        more = True
        while more:
            for cells in self.rows(tab):
                matches = [d for d in wanted if d["title"] == cells[0].text]
                if matches and any(d["id"] not in self.have for d in matches):
                    self.document(message, cells[0].find_element(By.TAG_NAME, "button"), wanted)
            more = self.next_page()

    def document(self, message, button, wanted):
        files = self.out / str(len(self.have))
        files.mkdir(exist_ok=True)
        home, before = self.driver.current_window_handle, set(self.driver.window_handles)
        button.click()
        self.until(lambda driver: set(driver.window_handles) - before)
        self.driver.switch_to.window((set(self.driver.window_handles) - before).pop())
        try:
            mrn = self.one("header.patient-header .patient-mrn").text
            if mrn != message["mrn"]:
                raise RuntimeError("another patient's document")
            id_ = self.driver.current_url.rsplit("/", 1)[1]
            kind = next((d["format"] for d in wanted if d["id"] == id_), None)
            if kind is None or id_ in self.have:
                return
            contents = self.contents(kind, files)
            self.have.add(id_)
            hashes = [hashlib.sha256(content).hexdigest() for content in contents]
            sound = bool(contents) and all(content.startswith(MARKS) for content in contents)
            self.documents.append({"id": id_, "files": hashes, "bytes": sum(map(len, contents)), "sound": sound})
        finally:
            self.driver.close()
            self.driver.switch_to.window(home)

    def contents(self, kind, files):
        if kind == "html":
            # A packet is made of PDFs, so a note is printed.
            self.one("article.note")
            return [base64.b64decode(self.driver.execute_cdp_cmd("Page.printToPDF", {})["data"])]
        frames = [frame.get_attribute("src") for frame in self.driver.find_elements(By.TAG_NAME, "iframe")]
        if kind == "jpeg":
            return [base64.b64decode(self.driver.execute_async_script(FETCH, source)) for source in frames]

        return [self.saved(source, files / str(number)) for number, source in enumerate(frames)]

    def saved(self, source, folder):
        """Opens a file, which this browser saves instead of showing it."""
        folder.mkdir()
        behaviour = {"behavior": "allow", "downloadPath": str(folder)}
        self.driver.execute_cdp_cmd("Browser.setDownloadBehavior", behaviour)
        self.driver.get(source)

        def whole(_):
            there = [path for path in folder.iterdir() if path.suffix not in (".crdownload", ".tmp")]
            return there[0] if there else None

        return self.until(whole).read_bytes()


def gone(element):
    """Whether an element is no longer part of its page."""
    try:
        element.is_enabled()
        return False
    except Exception:  # Selenium tells it by one of several errors.
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", help="JSON: address, account, messages and wanted documents")
    parser.add_argument("--browsers", type=int, default=1)
    arguments = parser.parse_args()
    job = json.loads(pathlib.Path(arguments.job).read_text())
    mails = Mails(job["mails"])
    ready, failures = [], []
    started = time.monotonic()
    readers = [Reader(number, job, mails, job["out"]) for number in range(arguments.browsers)]
    # Nobody begins before all are in, so that the login's share is the same for all.
    barrier = threading.Barrier(len(readers), timeout=WAIT_SECONDS * len(readers))

    def run(reader):
        try:
            reader.log_in()
            barrier.wait()
            ready.append(time.monotonic() - started)
            reader.read_all(reader.number, len(readers))
        except Exception as error:  # What one browser has brought still counts.
            failures.append(f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}")

    threads = [threading.Thread(target=run, args=(reader,)) for reader in readers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = time.monotonic() - started
    for reader in readers:
        reader.driver.quit()
    documents = {document["id"]: document for reader in readers for document in reader.documents}
    messages = sorted({message for reader in readers for message in reader.messages})
    print(json.dumps({
        "ready_s": max(ready, default=done), "done_s": done, "messages": messages,
        "documents": list(documents.values()), "failures": failures,
    }))


if __name__ == "__main__":
    main()
