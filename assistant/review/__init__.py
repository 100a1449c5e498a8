"""合法性审查: the first reading of case files, contracts and draft documents.

Reading (`reading`, `sections`), facts with their places (`facts_*`), rules over facts and text (`rules_*`),
and what is found (`model`). The judgement stays with the reviewer.
"""
