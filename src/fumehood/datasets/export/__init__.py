"""A dataset as a folder of files that any static web host can serve, in the layout that cellucid 0.0.9 reads.

A plan is made first (which files, about how large); its steps are values that know nothing of each other, so they run
in threads here or on the workers of a cluster, and one that was done once is not done again after a crash. Whoever
reads the folder meets all of it or none: it is written aside and takes its name at the end.
"""
