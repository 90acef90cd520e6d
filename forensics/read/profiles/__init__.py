"""Facts of accounts: what exports say of names, places, zones and languages beside the posts.

`names` knows the columns, `people` collects for readers that walk a file, `lists` decides which
files list accounts and no posts, `gather` turns one file into facts, `together` joins the files.
"""
