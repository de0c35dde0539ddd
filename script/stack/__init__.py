"""Sets a machine up and runs this checkout's own servers.

Standard library only: it runs before anything is installed. `machine` installs, `checkout` knows the folders and the
environment, `processes` starts and surely stops things, `servers` are PostgreSQL and Redis; `serve`, `manage` and
`check` are the three commands made of these.
"""
