"""One gene of many: read, kept, quantised and put on the wire in milliseconds, however large the matrix is.

No request reads the whole matrix: a column-compressed matrix has genes as slices; of a row-compressed one a gene-major
store is built once beside it (`sidecar`), and until it is there a gene costs one pass in bounded pieces, which all that
wait share (`scanning`).
"""
