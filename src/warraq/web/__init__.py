"""The site: HTTP over the reading API. Pages and their JSON come from ``render``; this decides address, moment, cache.

* ``app.create_app``: the Starlette application.
* ``ask``: what a request asks for, read once and checked.
* ``answers``: how anything is answered: headers, conditional requests, errors.
"""

from warraq.web.app import create_app

__all__ = ["create_app"]
