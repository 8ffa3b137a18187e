"""Pictures that the newsroom uploads: how they are kept, checked, and made fit for readers.

The original stays private. What readers get was made by us: decoded in a process of its own with
limits, turned upright, in sRGB, without a word of what the camera or anybody else put beside it.
"""
