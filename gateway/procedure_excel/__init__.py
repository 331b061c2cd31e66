"""Procedures in a workbook: a template with what stands now, and changed cells back as drafts."""
