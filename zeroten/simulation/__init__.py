"""Customers who do what a script says, through the doors that everybody uses: the API, their phone, their web page.

Nothing here knows how the product works inside. `zeroten simulate` lets a day of them pass in the sandbox; the chaos
tests let hundreds of them answer while processes are killed. What must come of each follows from the script alone.
"""
