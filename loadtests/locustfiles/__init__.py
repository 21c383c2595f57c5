"""One scenario a file, for locust: ``make load SCENARIO=lecture TOKEN=…``.

Importing locust patches the whole process, so nothing else imports these.
"""
