"""A simulated web of Arabic outlets on loopback, which knows the right outcome of each of its pages.

``words`` makes texts, ``plan`` lays the world out, ``pages`` and ``feeds`` write it as HTML, XML and JSON, ``answers``
decides how a request is answered, ``server`` serves and logs, ``manners`` judges the log, ``checks`` an archive,
``reader`` runs Warraq against it. Everything is drawn from one seed.
"""
