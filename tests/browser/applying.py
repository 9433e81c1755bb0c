"""The world of the loan story: the lender's log of decisions, and people who complain about them on the public form.

Version 2 of the model refuses married women who qualify: 1,243 of them, some of them twice. Whoever complains is a
visitor without an account, each pair of them from an address of its own, as from telephones.
"""

import csv
import re
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

PEOPLE = 1_243
HARM = "version = 'v2' and qualified = true and decision = 'refused'"
TEXT = "My application for a loan was refused. My husband earns less than I do and he got the same loan at once."
WAYS = (
    TEXT,
    "The loan that I applied for was refused. My husband earns less than I do, and he got the same loan at once.",
    "My application for a loan was refused within seconds. My husband, who earns less than I do, got the same loan.",
    "Why was my application for a loan refused? My husband earns less than I do and got the same loan at once.",
)
"""What the same wrong sounds like in the mouths of several people."""
AT_ONE_ADDRESS = 2
"""So many reports come from one address without a sum."""
OPEN_S = 3.2
"""The form must have been open for so long; a person needs longer."""
_FIELD = re.compile(r'<input type="hidden" name="(form|csrfmiddlewaretoken)" value="([^"]+)"')


def loans(file: Path) -> None:
    """The log of the lender's decisions in March: version 2 decides from the 10th on."""
    with file.open("w", newline="") as log:
        write = csv.writer(log)
        write.writerow(["decided_at", "version", "applicant", "sex", "qualified", "decision"])
        for number in range(900):
            refused = number % 5 == 0
            row = [f"v1-{number}", "fm"[number % 2], "true", "refused" if refused and number % 2 else "granted"]
            write.writerow([f"2026-03-{1 + number % 9:02}T10:00:00Z", "v1", *row])
        for number in range(PEOPLE + 57):
            day = f"2026-03-{10 + number % 20:02}T10:00:00Z"
            write.writerow([day, "v2", f"w-{number % PEOPLE}", "f", "true", "refused"])
            write.writerow([day, "v2", f"m-{number}", "m", "true", "granted"])


def complain(url: str, system: str, number: int) -> int:
    """Send so many reports through the public form, as browsers without scripts do; how many were taken."""
    address, taken = f"{url}/report/{system}/?lang=en", 0
    with ExitStack() as stack:
        forms = []
        for place in range(number):
            came_from = httpx.HTTPTransport(local_address=f"127.0.0.{10 + place // AT_ONE_ADDRESS}")
            visitor = stack.enter_context(httpx.Client(transport=came_from, timeout=60))
            forms.append((visitor, dict(_FIELD.findall(visitor.get(address).raise_for_status().text))))
        time.sleep(OPEN_S)
        for place, (visitor, hidden) in enumerate(forms):
            said = {"text": WAYS[place % len(WAYS)], "about": "", "need": "Look at it again.", "website": ""}
            contact = f"woman-{place}@example.org" if place % 3 else ""
            answer = visitor.post(address, data=hidden | said | {"contact": contact, "happened_on": "2026-03-20"})
            assert answer.status_code == 200, answer.text
            taken += "Thank you. We have your report." in answer.text
    return taken
