"""The query language: what a user types, read into a tree (`parse`), and made into conditions and words (`meaning`).

docs/query.md tells users of it. Reading never fails: what is not in the language is words, and what is clearly meant as
the language but wrong is kept as words with a `Problem` that names its column.
"""
