"""All charts of a document, drawn at once before its pages are written."""

from collections.abc import Mapping

from hotwash.reports.charts import Look, NotDrawn, draw
from hotwash.reports.document import Document, Figure


class Pictures:
    """The charts of a document as SVG, in one or several looks."""

    def __init__(self, document: Document, looks: Mapping[str, Look]) -> None:
        figures = [block for part in document.sections for block in part.blocks if isinstance(block, Figure)]
        wanted = [(figure, name) for figure in figures for name in looks]
        drawn = draw([(figure.chart, looks[name]) for figure, name in wanted])
        self._drawn = {(id(figure), name): one for (figure, name), one in zip(wanted, drawn, strict=True)}

    def of(self, figure: Figure, look: str) -> str:
        """The picture of one figure.

        :raises NotDrawn: if it could not be drawn
        """
        one = self._drawn[id(figure), look]
        if isinstance(one, NotDrawn):
            raise one
        return one
