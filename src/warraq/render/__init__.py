"""From a value to something to read: plain text, JSON-ready dicts, HTML. Nothing here reads an archive or a clock.

* ``text.page_text``: the page as plain text, in the fixed order of its parts.
* ``json.page_dict`` and its kin: the same values as dicts (docs/data.md is the schema).
* ``html``: the templates, the style sheet and what they need; ``page_html`` is one page as a file of its own.
* ``moments``: how moments are written and read at the edges.
"""
