"""``/docs``: the OpenAPI document as a page of our own. Nothing is loaded from elsewhere, and no script is inline."""
