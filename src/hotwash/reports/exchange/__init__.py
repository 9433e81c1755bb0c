"""A record in the forms of others: AVID's report, the OECD's criteria, a draft for the AI Incident Database.

None names a person, and none is sent by Hotwash: somebody reads it, and decides.
"""
