"""Raw page to article, or a reason why not. Pure: no network, no clock."""

from __future__ import annotations

from warraq.extract.article import Extraction, extract, observe
from warraq.extract.knowledge import Observation, OutletKnowledge, learn

__all__ = ["Extraction", "Observation", "OutletKnowledge", "extract", "learn", "observe"]
