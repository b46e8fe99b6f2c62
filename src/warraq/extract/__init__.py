"""Raw page to article, or a reason why not. Pure: no network, no clock."""

from __future__ import annotations

from warraq.extract.article import Extraction, extract
from warraq.extract.knowledge import Counters, Learner, OutletKnowledge

__all__ = ["Counters", "Extraction", "Learner", "OutletKnowledge", "extract"]
