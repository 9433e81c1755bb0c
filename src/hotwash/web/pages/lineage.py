"""Where the decisions of an AI system came from: one picture, and the same in words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from hotwash.reports.lineage import document
from hotwash.response.desk import NotFound
from hotwash.response.request import BadRequest
from hotwash.systems.lineage import ingredients
from hotwash.web import lineage
from hotwash.web.door import desk
from hotwash.web.inquiries import folders
from hotwash.web.pages.sight import asking


@require_safe
def system_lineage(request: HttpRequest, slug: str) -> HttpResponse:
    """The page."""
    from hotwash.reports.render.html import fragment  # heavy, and only needed here

    asking(request).need("read")
    system = desk().system(slug)
    if not system.known:
        raise NotFound(f"There is no AI system {slug}.")
    followed = lineage.follow(system, folders())
    told, wrong, bad = request.GET.get("bad", "")[:300], "", None
    try:
        bad = lineage.part(told, followed.lineages)
    except BadRequest as no:
        wrong = str(no)
    others = lineage.elsewhere(desk(), bad, slug, folders()) if bad else ()
    drawn = document(system.name, followed.lineages, at=desk().clock(), bad=bad, elsewhere=others, gaps=followed.gaps)
    parts = dict.fromkeys(
        one for each in followed.lineages for one in ingredients(each) if one.kind in ("data", "dataset", "commit")
    )
    context = {
        "system": system,
        # Written and escaped by the renderer of reports, which takes nobody's word for HTML.
        "document": mark_safe(fragment(drawn)),  # noqa: S308
        "parts": [(f"{one.kind}:{one.id}", f"{one.kind} {one.label or one.id} ({one.id[:12]})") for one in parts],
        "told": told,
        "wrong": wrong,
    }
    return render(request, "pages/lineage.html", context)
