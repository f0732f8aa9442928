"""The gateway: the process between a browser and the daemon, started by `hood open` (design section 5).

`starting` starts it, `main` is its life, `door` its HTTP side, `passes` who may come in, `bridge` what it does for
them: it passes the control protocol on, unchanged.
"""
