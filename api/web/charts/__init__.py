"""Charts of the pages: geometry and words in Python, drawn by ``templates/charts`` as SVG.

Each kind is a module with a frozen dataclass and the function that makes it from plain values. Every chart
has a title, the same in words, and a table; what is not known is told as such and never drawn as nought.
"""
