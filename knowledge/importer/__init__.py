"""Reading exports of the national catalogue of administrative procedures into typed records.

Pure: text in, typed values and findings out. ``reader`` is the only module that opens files.
"""
