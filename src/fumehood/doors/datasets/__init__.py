"""The dataset server: opened datasets to the viewer's page and to nobody else (design sections 5 and 10).

`table` is everything that is answered and who may ask for it, `door` the one way in, `access` who has which bearer and
which viewer, `serving` turns a resource into an answer, `reading` keeps slow reads from others, `events`, `bundles` and
`commands` are the two ways between a page and Python, `legacy` what cellucid 0.0.9's clients are given on demand.
`server` is its life: in a thread of a kernel, or in the process of `hood view`.
"""
