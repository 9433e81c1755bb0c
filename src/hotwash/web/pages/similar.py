"""Similar incidents while somebody declares: a part of that page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from hotwash.response.request import TEXT_LENGTH_MAX
from hotwash.web.api.similar import look
from hotwash.web.pages.sight import asking
from hotwash.web.room.similar import part

TOP = 3
ALIKE = 0.15
"""What is shown unasked has so much in common at least: below it, most have only the topic."""
LEAST_LETTERS = 12


@require_POST
def while_declaring(request: HttpRequest) -> HttpResponse:
    """What resembles the sentence that somebody is typing; nothing until there is a sentence."""
    looker = asking(request)
    looker.need("declare")
    words = f"{request.POST.get('title', '')}\n{request.POST.get('detail', '')}".replace("\x00", "")[:TEXT_LENGTH_MAX]
    found = look(looker, words, top=TOP) if len(words.strip()) >= LEAST_LETTERS else []
    return part(request, [one for one in found if one.score >= ALIKE])
