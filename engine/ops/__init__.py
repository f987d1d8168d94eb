"""The Python side of the border: one file per area, each op decodes, calls and encodes. No algorithm's steps are here.

`js_bindings/ops.js` names the same ops; a test checks that the two agree.
"""
