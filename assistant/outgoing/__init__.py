"""Everything the program calls over a network goes through here: which addresses, how long, how much.

`addresses` says which addresses may be called and opens the connection, `http` gives the HTTP client, `mail` the SMTP
client, `git` runs git. No other module makes a client, a socket or a process of its own (tests/security/test_outgoing.py).
"""
