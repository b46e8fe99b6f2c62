"""Words of Arabic news with what cannot be seen from their letters: broken plurals, weak verbs, radical first letters.

Written by hand for this project from knowledge of the language; no dictionary or corpus was copied. The lists
are plain strings in ordinary spelling, so that a reader of Arabic can check and extend them:

* ``nouns.NOUNS``: ``singular`` or ``singular=plural,plural``; sound plurals and duals follow by rule.
* ``nouns.PEOPLE``: nouns and adjectives that take every ending (``ـة ـون ـين ـات``), with broken forms after ``=``.
* ``nouns.FIXED``: words that take clitics but no endings: elatives, numbers, names that seem to end in an ending.
* ``verbs.VERBS``: ``past=present``, third person masculine singular.
"""
