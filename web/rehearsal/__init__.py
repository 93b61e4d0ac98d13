"""Services of the outside world played on this machine, so that everything can be tried without reaching ANAF, BNR or a person.

Loopback only. A service is a `Service` in `services.py`; another one plugs in by joining the list there.
"""
