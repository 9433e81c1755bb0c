"""Forms of calling people: a page, and the answer to one."""

from hotwash.web.room.forms.act import Act, line, passage


class CallSomebody(Act):
    """Somebody is called until they answer."""

    verb, tab, button, fold = "page", "people", "Page them", "Page somebody"
    lists = ("then",)
    person = line("Who", help_text="Every way that they named is tried, one after the other.", list="people-known")
    text = line("What you need of them", required=False)
    then = passage("If nobody answers, one a line", rows=2, required=False)


class AcknowledgePage(Act):
    """A page is answered."""

    verb, tab, button, fixed = "acknowledge-page", "people", "I take care of it", ("page",)
    first = False
