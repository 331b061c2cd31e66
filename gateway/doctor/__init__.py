"""``motcua doctor``: looks at a deployment as somebody would who means it harm, or who inherits it."""
