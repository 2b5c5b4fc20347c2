"""Limits that more than one room keeps."""

MIN_FREE_BYTES = 500 * 1000 * 1000
"""Bytes of free disk below which no new work is accepted: clips and rows of paid work need the rest."""

CLIPS, INPUTS, POSTERS = "clips", "inputs", "posters"
"""The folders of the stored clips, of input files and of the clips' posters, in DATA_DIR."""

REEL = "-reel"
"""Ends the id of a clip that was joined of others, and is no job's: it goes once it is posted."""
