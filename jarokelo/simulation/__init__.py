"""Lives of many real reports in fast motion: does each come to an end, and does everything arrive?

`year` plays the clocks, `month` the ways out and in with faults switched on. Both need a database that is thrown away
afterwards (`throwaway`), move the clock with the tests' `time-machine`, and speak with nobody outside this machine.
"""
