"""Words of Arabic news with what cannot be seen from their letters: broken plurals, weak verbs, radical first letters.

Written by hand for this project from knowledge of the language; no dictionary or corpus was copied. The lists
are plain strings in ordinary spelling, so that a reader of Arabic can check and extend them. Where two words share a
form, the one listed first has it.
"""
