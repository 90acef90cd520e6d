"""The main job: joins the layers below into files in, report out.

`run.run` is the whole flow; `ask` answers one question without a case. The other modules are the
steps: `intake` (originals to evidence), `weighing` (clues to assessments), `gather` (results to
what the report prints).
"""
