"""Why is there calcium in this radiology report?"""
