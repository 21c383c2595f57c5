"""Questions in and out as IMS QTI 2.1: one XML file a question, many of them in a content package.

    package (zip, manifest) ──▶ safe_xml ──▶ reader (reads_… one interaction) ──▶ items
    items ──▶ writer (one interaction each) ──▶ package

What QTI has no word for (units, slips allowed, tests of code) travels in a declared outcome variable of our own, which
other systems carry along unread.
"""
