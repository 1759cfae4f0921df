# ruff: noqa: E501 - the problems are shown as users see them
"""What a user sees for the mistakes that people make in a profile."""

import pytest

from advisor.profile.fields import REGULATIONS, STRUCTURES, TASKS
from advisor.profile.reader import read_profile
from advisor.source.problems import InputError

LISTS = {"<tasks>": TASKS, "<structures>": STRUCTURES, "<regulations>": REGULATIONS}
VALID = "task: lookup\ndata: {structure: text}\n"

# What is wrong -> (profile, everything that is printed).
MISTAKES = {
    "an unknown field": (
        """\
task: classification
data:
  structure: tabular
  colour: red
""",
        """\
p.yaml:4:3: error: data.colour: unknown field; known: structure, rows, labelled, unlabelled, hours_labelled, hours_unlabelled, simulator, features, classes, minority_share, categorical_share, missing_share, max_cardinality, series, history, horizon, resolution, length, signal, label_quality, domain_features, known_rule, drift
  4 |   colour: red
    |   ^^^^^^
""",
    ),
    "a misspelt field": (
        """\
task: classification
data:
  structure: tabular
  labeled: 900
  time_serie: 5
""",
        """\
p.yaml:4:3: error: data.labeled: unknown field; did you mean 'labelled'?
  4 |   labeled: 900
    |   ^^^^^^^
p.yaml:5:3: error: data.time_serie: unknown field; known: structure, rows, labelled, unlabelled, hours_labelled, hours_unlabelled, simulator, features, classes, minority_share, categorical_share, missing_share, max_cardinality, series, history, horizon, resolution, length, signal, label_quality, domain_features, known_rule, drift
  5 |   time_serie: 5
    |   ^^^^^^^^^^
""",
    ),
    "a misspelt required field": (
        """\
taks: classification
data:
  strcture: tabular
""",
        """\
p.yaml:1:1: error: taks: unknown field; did you mean 'task'?
  1 | taks: classification
    | ^^^^
p.yaml:3:3: error: data.strcture: unknown field; did you mean 'structure'?
  3 |   strcture: tabular
    |   ^^^^^^^^
""",
    ),
    "a misspelt section": (
        """\
task: lookup
datas:
  structure: tabular
""",
        """\
p.yaml:2:1: error: datas: unknown field; did you mean 'data'?
  2 | datas:
    | ^^^^^
""",
    ),
    "capital letters and underscores": (
        """\
task: Classification
data:
  structure: time_series
""",
        """\
p.yaml:1:7: error: task: 'Classification' is not one of <tasks>; did you mean 'classification'?
  1 | task: Classification
    |       ^^^^^^^^^^^^^^
p.yaml:3:14: error: data.structure: 'time_series' is not one of <structures>; did you mean 'time-series'?
  3 |   structure: time_series
    |              ^^^^^^^^^^^
""",
    ),
    "words run together": (
        """\
task: anomalydetection
data:
  structure: timeseries
""",
        """\
p.yaml:1:7: error: task: 'anomalydetection' is not one of <tasks>; did you mean 'anomaly-detection'?
  1 | task: anomalydetection
    |       ^^^^^^^^^^^^^^^^
p.yaml:3:14: error: data.structure: 'timeseries' is not one of <structures>; did you mean 'time-series'?
  3 |   structure: timeseries
    |              ^^^^^^^^^^
""",
    ),
    "a word of a value": (
        """\
task: speech
data: {structure: audio}
deployment: {target: edge}
""",
        """\
p.yaml:1:7: error: task: 'speech' is not one of <tasks>; did you mean 'speech-recognition' or 'speech-synthesis'?
  1 | task: speech
    |       ^^^^^^
p.yaml:3:22: error: deployment.target: 'edge' is not one of cloud, on-premises, edge-cpu, edge-gpu, mobile, browser, microcontroller; did you mean 'edge-cpu' or 'edge-gpu'?
  3 | deployment: {target: edge}
    |                      ^^^^
""",
    ),
    "a field at the top level that belongs in a section": (
        """\
task: classification
data:
  structure: tabular
rows: 900
labeled: 5
budget: 7
""",
        """\
p.yaml:4:1: error: rows: unknown field; did you mean 'rows' under `data:`?
  4 | rows: 900
    | ^^^^
p.yaml:5:1: error: labeled: unknown field; did you mean 'labelled' under `data:`?
  5 | labeled: 5
    | ^^^^^^^
p.yaml:6:1: error: budget: unknown field; did you mean 'budget_usd' under `labels:` or under `compute:`?
  6 | budget: 7
    | ^^^^^^
""",
    ),
    "a top-level field in a section": (
        """\
data:
  task: classification
  structure: tabular
""",
        """\
p.yaml:2:3: error: data.task: unknown field; did you mean 'task' at the top level?
  2 |   task: classification
    |   ^^^^
""",
    ),
    "a dotted key at the top level": (
        """\
task: classification
data.structure: tabular
data.rows: 5
""",
        """\
p.yaml:2:1: error: data.structure: unknown field; write `data:` and below it, indented, `structure:`
  2 | data.structure: tabular
    | ^^^^^^^^^^^^^^
p.yaml:3:1: error: data.rows: unknown field; write `data:` and below it, indented, `rows:`
  3 | data.rows: 5
    | ^^^^^^^^^
""",
    ),
    "a section given as a scalar": (
        """\
task: classification
data:
  structure: tabular
latency: 50
""",
        """\
p.yaml:4:10: error: latency: expected a mapping of fields (p95_ms, mode), found 50; write `latency:` and the fields indented below
  4 | latency: 50
    |          ^^
""",
    ),
    "a section given as a list": (
        """\
task: classification
data:
  - structure: tabular
  - rows: 5
""",
        """\
p.yaml:3:3: error: data: expected a mapping of fields (structure, rows, labelled, unlabelled, ...), found a list; write `data:` and the fields indented below
  3 |   - structure: tabular
    |   ^
""",
    ),
    "no required field": (
        """\
name: fraud
""",
        """\
p.yaml:1:1: error: task: missing, but required: what the model must do; one of <tasks>
  1 | name: fraud
    | ^
p.yaml:1:1: error: data.structure: missing, but required: what one example looks like; one of <structures>
  1 | name: fraud
    | ^
""",
    ),
    "required fields left empty": (
        """\
task:
data:
  structure: ~
""",
        """\
p.yaml:1:6: error: task: missing, but required: what the model must do; one of <tasks>
  1 | task:
    |      ^
p.yaml:3:14: error: data.structure: missing, but required: what one example looks like; one of <structures>
  3 |   structure: ~
    |              ^
""",
    ),
    "an empty section that holds a required field": (
        """\
task: lookup
data:
""",
        """\
p.yaml:2:6: error: data.structure: missing, but required: what one example looks like; one of <structures>
  2 | data:
    |      ^
""",
    ),
    "a wrong type": (
        """\
task: 5
data:
  structure: [text]
  rows: true
  features: [1, 2]
  classes: {a: 1}
name: [a]
""",
        """\
p.yaml:1:7: error: task: 5 is not one of <tasks>
  1 | task: 5
    |       ^
p.yaml:3:14: error: data.structure: a list is not one of <structures>; write one of them, without brackets
  3 |   structure: [text]
    |              ^
p.yaml:4:9: error: data.rows: expected a number, found true
  4 |   rows: true
    |         ^^^^
p.yaml:5:13: error: data.features: expected a number, found a list
  5 |   features: [1, 2]
    |             ^
p.yaml:6:12: error: data.classes: expected a number, found a mapping
  6 |   classes: {a: 1}
    |            ^
p.yaml:7:7: error: name: expected text, found a list; put the text in quotes
  7 | name: [a]
    |       ^
""",
    ),
    "words for numbers": (
        """\
task: classification
data:
  structure: tabular
  rows: many
  features: unknown
  classes: null
  history: n/a
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found 'many'
  4 |   rows: many
    |         ^^^^
p.yaml:5:13: error: data.features: expected a number, found 'unknown'; leave the field out if it is unknown
  5 |   features: unknown
    |             ^^^^^^^
p.yaml:7:12: error: data.history: expected a number, found 'n/a'; leave the field out if it is unknown
  7 |   history: n/a
    |            ^^^
""",
    ),
    "a quoted number": (
        """\
task: classification
data:
  structure: tabular
  rows: '5000'
  features: "1e3"
  labelled: ' 7 '
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found '5000'; write 5000 without quotes
  4 |   rows: '5000'
    |         ^^^^^^
p.yaml:5:13: error: data.features: expected a number, found '1e3'; write 1e3 without quotes
  5 |   features: "1e3"
    |             ^^^^^
p.yaml:6:13: error: data.labelled: expected a number, found ' 7 '; write 7
  6 |   labelled: ' 7 '
    |             ^^^^^
""",
    ),
    "numbers with commas, blanks and suffixes": (
        """\
task: classification
data:
  structure: tabular
  rows: 1,200,000
  labelled: 10k
  unlabelled: 2.5M
  features: 1 000
  classes: 1.000.000
  missing_share: 0,5
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found '1,200,000'; write 1200000
  4 |   rows: 1,200,000
    |         ^^^^^^^^^
p.yaml:5:13: error: data.labelled: expected a number, found '10k'; write 10000
  5 |   labelled: 10k
    |             ^^^
p.yaml:6:15: error: data.unlabelled: expected a number, found '2.5M'; write 2500000
  6 |   unlabelled: 2.5M
    |               ^^^^
p.yaml:7:13: error: data.features: expected a number, found '1 000'; write 1000
  7 |   features: 1 000
    |             ^^^^^
p.yaml:8:12: error: data.classes: expected a number, found '1.000.000'; write 1000000
  8 |   classes: 1.000.000
    |            ^^^^^^^^^
p.yaml:9:18: error: data.missing_share: expected a number, found '0,5'; write 0.5
  9 |   missing_share: 0,5
    |                  ^^^
""",
    ),
    "numbers with a unit": (
        """\
task: classification
data:
  structure: tabular
  rows: 5000 rows
latency: {p95_ms: 50ms}
labels: {cost_usd: $0.50}
deployment: {memory_mb: 4 GB}
team: {weeks: 2 weeks}
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found '5000 rows'; write the number alone
  4 |   rows: 5000 rows
    |         ^^^^^^^^^
p.yaml:5:19: error: latency.p95_ms: expected a number, found '50ms'; write 50
  5 | latency: {p95_ms: 50ms}
    |                   ^^^^
p.yaml:6:20: error: labels.cost_usd: expected a number, found '$0.50'; write 0.5
  6 | labels: {cost_usd: $0.50}
    |                    ^^^^^
p.yaml:7:25: error: deployment.memory_mb: expected a number, found '4 GB'; write 4000
  7 | deployment: {memory_mb: 4 GB}
    |                         ^^^^
p.yaml:8:15: error: team.weeks: expected a number, found '2 weeks'; write 2
  8 | team: {weeks: 2 weeks}
    |               ^^^^^^^
""",
    ),
    "a percentage for a share": (
        """\
task: classification
data:
  structure: tabular
  minority_share: 5%
  missing_share: 20
  categorical_share: 150
""",
        """\
p.yaml:4:19: error: data.minority_share: expected a number, found '5%'; write the share 0.05
  4 |   minority_share: 5%
    |                   ^^
p.yaml:5:18: error: data.missing_share: 20 is outside 0 to 1; 20 percent is 0.2
  5 |   missing_share: 20
    |                  ^^
p.yaml:6:22: error: data.categorical_share: 150 is outside 0 to 1
  6 |   categorical_share: 150
    |                      ^^^
""",
    ),
    "numbers out of range": (
        """\
task: classification
data:
  structure: tabular
  rows: -1
  classes: 1
  missing_share: -0.1
  features: 1e400
  horizon: 0
priorities: {accuracy: 7}
latency: {p95_ms: 0}
""",
        """\
p.yaml:4:9: error: data.rows: -1 is outside 0 to 1e15; leave the field out if it is unknown
  4 |   rows: -1
    |         ^^
p.yaml:5:12: error: data.classes: 1 is outside 2 to 1e9
  5 |   classes: 1
    |            ^
p.yaml:6:18: error: data.missing_share: -0.1 is outside 0 to 1; leave the field out if it is unknown
  6 |   missing_share: -0.1
    |                  ^^^^
p.yaml:7:13: error: data.features: 1e400 is outside 0 to 1e15
  7 |   features: 1e400
    |             ^^^^^
p.yaml:8:12: error: data.horizon: 0 is outside 1 to 1e15; leave the field out if it is unknown
  8 |   horizon: 0
    |            ^
p.yaml:9:24: error: priorities.accuracy: 7 is outside 0 to 5
  9 | priorities: {accuracy: 7}
    |                        ^
p.yaml:10:19: error: latency.p95_ms: 0 is outside 0.0001 to 1e15; leave the field out if it is unknown
  10 | latency: {p95_ms: 0}
     |                   ^
""",
    ),
    "infinity and not-a-number": (
        """\
task: classification
data:
  structure: tabular
  rows: .inf
  features: -.INF
latency: {p95_ms: .nan}
""",
        """\
p.yaml:4:9: error: data.rows: .inf is not a finite number; leave the field out if it is unknown or has no limit
  4 |   rows: .inf
    |         ^^^^
p.yaml:5:13: error: data.features: -.INF is not a finite number; leave the field out if it is unknown or has no limit
  5 |   features: -.INF
    |             ^^^^^
p.yaml:6:19: error: latency.p95_ms: .nan is not a finite number; leave the field out if it is unknown or has no limit
  6 | latency: {p95_ms: .nan}
    |                   ^^^^
""",
    ),
    "half an example": (
        """\
task: classification
data:
  structure: tabular
  rows: 2.5
  labelled: 1e-3
""",
        """\
p.yaml:4:9: error: data.rows: expected a whole number, found 2.5
  4 |   rows: 2.5
    |         ^^^
p.yaml:5:13: error: data.labelled: expected a whole number, found 1e-3
  5 |   labelled: 1e-3
    |             ^^^^
""",
    ),
    "another version of the format": (
        """\
version: 2
task: classification
data:
  structure: tabular
""",
        """\
p.yaml:1:10: error: version: 2 is not 1, the only value allowed
  1 | version: 2
    |          ^
""",
    ),
    "yes and no": (
        """\
task: classification
data:
  structure: tabular
  known_rule: yes
  domain_features: no
  drift: no
risk: {fairness: on, energy: Off, adversarial: 1, safety_critical: 0}
deployment: {commercial: 'true', accelerator: none, hosted_models: maybe, pretrained_weights: flase}
""",
        """\
p.yaml:4:15: error: data.known_rule: 'yes' is not true or false; did you mean true?
  4 |   known_rule: yes
    |               ^^^
p.yaml:5:20: error: data.domain_features: 'no' is not true or false; did you mean false?
  5 |   domain_features: no
    |                    ^^
p.yaml:6:10: error: data.drift: 'no' is not one of none, slow, fast; did you mean 'none'?
  6 |   drift: no
    |          ^^
p.yaml:7:18: error: risk.fairness: 'on' is not true or false; did you mean true?
  7 | risk: {fairness: on, energy: Off, adversarial: 1, safety_critical: 0}
    |                  ^^
p.yaml:7:30: error: risk.energy: 'Off' is not true or false; did you mean false?
  7 | risk: {fairness: on, energy: Off, adversarial: 1, safety_critical: 0}
    |                              ^^^
p.yaml:7:48: error: risk.adversarial: 1 is not true or false; did you mean true?
  7 | risk: {fairness: on, energy: Off, adversarial: 1, safety_critical: 0}
    |                                                ^
p.yaml:7:68: error: risk.safety_critical: 0 is not true or false; did you mean false?
  7 | risk: {fairness: on, energy: Off, adversarial: 1, safety_critical: 0}
    |                                                                    ^
p.yaml:8:26: error: deployment.commercial: 'true' is quoted text; write true without quotes
  8 | deployment: {commercial: 'true', accelerator: none, hosted_models: maybe, pretrained_weights: flase}
    |                          ^^^^^^
p.yaml:8:47: error: deployment.accelerator: 'none' is not true or false; did you mean false?
  8 | deployment: {commercial: 'true', accelerator: none, hosted_models: maybe, pretrained_weights: flase}
    |                                               ^^^^
p.yaml:8:68: error: deployment.hosted_models: 'maybe' is not true or false
  8 | deployment: {commercial: 'true', accelerator: none, hosted_models: maybe, pretrained_weights: flase}
    |                                                                    ^^^^^
p.yaml:8:95: error: deployment.pretrained_weights: 'flase' is not true or false; did you mean false?
  8 | deployment: {commercial: 'true', accelerator: none, hosted_models: maybe, pretrained_weights: flase}
    |                                                                                               ^^^^^
""",
    ),
    "a boolean for a choice": (
        """\
task: classification
data:
  structure: tabular
  drift: false
  signal: true
""",
        """\
p.yaml:4:10: error: data.drift: false is not one of none, slow, fast; did you mean 'none'?
  4 |   drift: false
    |          ^^^^^
p.yaml:5:11: error: data.signal: true is not one of linear, mildly-nonlinear, complex
  5 |   signal: true
    |           ^^^^
""",
    ),
    "dates and times": (
        """\
task: classification
data:
  structure: tabular
  rows: 2024-01-01
  history: 12:30
latency: {mode: 2024-01-01}
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found '2024-01-01'
  4 |   rows: 2024-01-01
    |         ^^^^^^^^^^
p.yaml:5:12: error: data.history: expected a number, found '12:30'
  5 |   history: 12:30
    |            ^^^^^
p.yaml:6:17: error: latency.mode: '2024-01-01' is not one of batch, online
  6 | latency: {mode: 2024-01-01}
    |                 ^^^^^^^^^^
""",
    ),
    "octal and hexadecimal numbers": (
        """\
task: classification
data:
  structure: tabular
  rows: 0x1F
  features: 0o17
  classes: 0b11
""",
        """\
p.yaml:4:9: error: data.rows: expected a number, found '0x1F'
  4 |   rows: 0x1F
    |         ^^^^
p.yaml:5:13: error: data.features: expected a number, found '0o17'
  5 |   features: 0o17
    |             ^^^^
p.yaml:6:12: error: data.classes: expected a number, found '0b11'
  6 |   classes: 0b11
    |            ^^^^
""",
    ),
    "a list where one value is meant, and the other way round": (
        """\
task: [classification]
data: {structure: tabular}
interpretability:
  regulation: hiring
""",
        """\
p.yaml:1:7: error: task: a list is not one of <tasks>; write one of them, without brackets
  1 | task: [classification]
    |       ^
p.yaml:4:15: error: interpretability.regulation: expected a list, found 'hiring'; write [hiring]
  4 |   regulation: hiring
    |               ^^^^^^
""",
    ),
    "a list with several wrong items": (
        """\
task: classification
data:
  structure: tabular
interpretability:
  regulation: [gdpr, hirin, hiring, hiring, ~, 5]
""",
        """\
p.yaml:5:16: error: interpretability.regulation[0]: 'gdpr' is not one of <regulations>
  5 |   regulation: [gdpr, hirin, hiring, hiring, ~, 5]
    |                ^^^^
p.yaml:5:22: error: interpretability.regulation[1]: 'hirin' is not one of <regulations>; did you mean 'hiring'?
  5 |   regulation: [gdpr, hirin, hiring, hiring, ~, 5]
    |                      ^^^^^
p.yaml:5:37: error: interpretability.regulation[3]: 'hiring' is listed twice; keep one
  5 |   regulation: [gdpr, hirin, hiring, hiring, ~, 5]
    |                                     ^^^^^^
p.yaml:5:45: error: interpretability.regulation[4]: nothing is not one of <regulations>
  5 |   regulation: [gdpr, hirin, hiring, hiring, ~, 5]
    |                                             ^
p.yaml:5:48: error: interpretability.regulation[5]: 5 is not one of <regulations>
  5 |   regulation: [gdpr, hirin, hiring, hiring, ~, 5]
    |                                                ^
""",
    ),
    "empty text": (
        """\
task: ''
data: {structure: "", rows: ''}
risk: {energy: ''}
interpretability: {regulation: ''}
""",
        """\
p.yaml:1:7: error: task: '' is not one of <tasks>
  1 | task: ''
    |       ^^
p.yaml:2:19: error: data.structure: '' is not one of <structures>
  2 | data: {structure: "", rows: ''}
    |                   ^^
p.yaml:2:29: error: data.rows: expected a number, found ''; leave the field out if it is unknown
  2 | data: {structure: "", rows: ''}
    |                             ^^
p.yaml:3:16: error: risk.energy: '' is not true or false; leave the field out if it is unknown
  3 | risk: {energy: ''}
    |                ^^
p.yaml:4:32: error: interpretability.regulation: expected a list, found ''; write [] where none applies, leave the field out if it is unknown
  4 | interpretability: {regulation: ''}
    |                                ^^
""",
    ),
    "blanks inside quotes": (
        """\
task: 'lookup '
data: {structure: ' text'}
""",
        """\
p.yaml:1:7: error: task: 'lookup ' is not one of <tasks>; did you mean 'lookup'?
  1 | task: 'lookup '
    |       ^^^^^^^^^
p.yaml:2:19: error: data.structure: ' text' is not one of <structures>; did you mean 'text'?
  2 | data: {structure: ' text'}
    |                   ^^^^^^^
""",
    ),
    "keys that are no words": (
        """\
task: classification
data:
  structure: tabular
  5: 1
  true: 2
  '': 3
no: 5
? [a]
: 4
? {b: c}
: 6
""",
        """\
p.yaml:4:3: error: data.5: unknown field; known: structure, rows, labelled, unlabelled, hours_labelled, hours_unlabelled, simulator, features, classes, minority_share, categorical_share, missing_share, max_cardinality, series, history, horizon, resolution, length, signal, label_quality, domain_features, known_rule, drift
  4 |   5: 1
    |   ^
p.yaml:5:3: error: data.true: unknown field; known: structure, rows, labelled, unlabelled, hours_labelled, hours_unlabelled, simulator, features, classes, minority_share, categorical_share, missing_share, max_cardinality, series, history, horizon, resolution, length, signal, label_quality, domain_features, known_rule, drift
  5 |   true: 2
    |   ^^^^
p.yaml:6:3: error: data.'': unknown field; known: structure, rows, labelled, unlabelled, hours_labelled, hours_unlabelled, simulator, features, classes, minority_share, categorical_share, missing_share, max_cardinality, series, history, horizon, resolution, length, signal, label_quality, domain_features, known_rule, drift
  6 |   '': 3
    |   ^^
p.yaml:7:1: error: no: unknown field; known: version, name, description, task, data, labels, interpretability, latency, compute, deployment, team, value, risk, priorities
  7 | no: 5
    | ^^
p.yaml:8:3: error: a key must be a word, not a list or a mapping
  8 | ? [a]
    |   ^
p.yaml:10:3: error: a key must be a word, not a list or a mapping
  10 | ? {b: c}
     |   ^
""",
    ),
    "a missing blank after the colon": (
        """\
task: classification
data: {structure:tabular}
""",
        """\
p.yaml:2:8: error: data.structure:tabular: unknown field; write a space after the colon
  2 | data: {structure:tabular}
    |        ^^^^^^^^^^^^^^^^^
""",
    ),
    "contradictions": (
        """\
task: classification
data:
  structure: tabular
  rows: 100
  labelled: 200
  classes: 4
  minority_share: 0.3
""",
        """\
p.yaml:5:13: error: data.labelled: 200 labelled examples, but data.rows has only 100; data.rows counts all examples at hand, data.labelled those of them with a label
  5 |   labelled: 200
    |             ^^^
p.yaml:7:19: error: data.minority_share: the rarest of 4 classes cannot hold more than 1 / 4 = 0.25 of the examples, 0.3 was given
  7 |   minority_share: 0.3
    |                   ^^^
""",
    ),
    "contradictions beside other mistakes": (
        """\
task: classification
data:
  structure: tabular
  labelled: 200
  rows: 100
  drift: often
""",
        """\
p.yaml:4:13: error: data.labelled: 200 labelled examples, but data.rows has only 100; data.rows counts all examples at hand, data.labelled those of them with a label
  4 |   labelled: 200
    |             ^^^
p.yaml:6:10: error: data.drift: 'often' is not one of none, slow, fast
  6 |   drift: often
    |          ^^^^^
""",
    ),
    "a duplicate key": (
        """\
task: classification
data:
  structure: tabular
  rows: 5
task: regression
data: {rows: x}
""",
        """\
p.yaml:5:1: error: task: duplicate key, already on line 1; keep one
  5 | task: regression
    | ^^^^
p.yaml:6:1: error: data: duplicate key, already on line 2; keep one
  6 | data: {rows: x}
    | ^^^^
""",
    ),
    "an anchor and an alias": (
        """\
task: &same lookup
name: *same
data: {structure: text}
""",
        """\
p.yaml:1:7: error: task: anchors (&same) are not supported; write the value out
  1 | task: &same lookup
    |       ^^^^^^^^^^^^
p.yaml:2:7: error: name: aliases (*same) are not supported; write the value out
  2 | name: *same
    |       ^^^^^
""",
    ),
    "a merge key": (
        """\
task: lookup
data:
  <<: {rows: 5}
  structure: text
""",
        """\
p.yaml:3:3: error: data: merge keys (<<) are not supported; write the fields out
  3 |   <<: {rows: 5}
    |   ^^
""",
    ),
    "a tag": (
        """\
task: !!str lookup
data: {structure: !kind text, rows: !!int '5'}
""",
        """\
p.yaml:1:7: error: task: tags ('!!str') are not supported; leave the tag out
  1 | task: !!str lookup
    |       ^^^^^^^^^^^^
p.yaml:2:19: error: data.structure: tags ('!kind') are not supported; leave the tag out
  2 | data: {structure: !kind text, rows: !!int '5'}
    |                   ^^^^^^^^^^
p.yaml:2:37: error: data.rows: tags ('!!int') are not supported; leave the tag out
  2 | data: {structure: !kind text, rows: !!int '5'}
    |                                     ^^^^^^^^^
""",
    ),
    "a word for a list": (
        """\
task: classification
data:
  structure: tabular
interpretability: {regulation: none}
""",
        """\
p.yaml:4:32: error: interpretability.regulation: expected a list, found 'none'; write [] where none applies, leave the field out if it is unknown
  4 | interpretability: {regulation: none}
    |                                ^^^^
""",
    ),
    "a misspelt word for a list": (
        """\
task: classification
data:
  structure: tabular
interpretability: {regulation: credit_decision}
""",
        """\
p.yaml:4:32: error: interpretability.regulation: expected a list, found 'credit_decision'; did you mean 'credit-decision'?
  4 | interpretability: {regulation: credit_decision}
    |                                ^^^^^^^^^^^^^^^
""",
    ),
    "a list": (
        """\
- task: classification
""",
        """\
p.yaml:1:1: error: a profile must be a mapping of fields, not a list; start with `task: classification`
  1 | - task: classification
    | ^
""",
    ),
    "a scalar": (
        """\
classification
""",
        """\
p.yaml:1:1: error: a profile must be a mapping of fields, not 'classification'; start with `task: classification`
  1 | classification
    | ^^^^^^^^^^^^^^
""",
    ),
    "no blank after any colon": (
        """\
task:lookup
""",
        """\
p.yaml:1:1: error: a profile must be a mapping of fields, not 'task:lookup'; start with `task: classification`
  1 | task:lookup
    | ^^^^^^^^^^^
""",
    ),
    "an empty file": (
        "",
        """\
p.yaml:1:1: error: task: missing, but required: what the model must do; one of <tasks>
p.yaml:1:1: error: data.structure: missing, but required: what one example looks like; one of <structures>
""",
    ),
    "only a comment": (
        """\
# to do
""",
        """\
p.yaml:1:1: error: task: missing, but required: what the model must do; one of <tasks>
  1 | # to do
    | ^
p.yaml:1:1: error: data.structure: missing, but required: what one example looks like; one of <structures>
  1 | # to do
    | ^
""",
    ),
    "two documents": (
        """\
task: lookup
data: {structure: text}
---
task: lookup
""",
        """\
p.yaml:3:1: error: a second document starts here; keep one document in the file
  3 | ---
    | ^^^
""",
    ),
    "a tab": (
        """\
task: lookup
data:
	structure: text
""",
        """\
p.yaml:3:1: error: not YAML: a tab cannot indent; indent with spaces
  3 |  structure: text
    | ^
""",
    ),
    "text with a colon": (
        """\
name: churn: the second try
task: lookup
""",
        """\
p.yaml:1:12: error: not YAML: a colon is not expected here; write `field: value` with a space, indent fields alike, and quote text that contains ': '
  1 | name: churn: the second try
    |            ^
""",
    ),
    "a value that starts with a sign of YAML": (
        """\
name: @home
""",
        """\
p.yaml:1:7: error: not YAML: '@' cannot start a value; put the text in quotes
  1 | name: @home
    |       ^
""",
    ),
}

# Overrides on the command line -> everything that is printed.
ASSIGNMENTS = {
    "no equals sign": (
        ["data.rows"],
        """\
--set:1:1: error: 'data.rows' is not field=value; for example --set data.rows=5000
  1 | data.rows
    | ^^^^^^^^^
""",
    ),
    "no field": (
        ["=5"],
        """\
--set:1:1: error: '=5' is not field=value; for example --set data.rows=5000
  1 | =5
    | ^
""",
    ),
    "an unknown field": (
        ["colour=red"],
        """\
--set:1:1: error: colour: unknown field; `advisor schema profile` lists the fields
  1 | colour=red
    | ^^^^^^
""",
    ),
    "a misspelt field": (
        ["data.labeled=9"],
        """\
--set:1:1: error: data.labeled: unknown field; did you mean 'data.labelled'?
  1 | data.labeled=9
    | ^^^^^^^^^^^^
""",
    ),
    "a section": (
        ["data=5"],
        """\
--set:1:1: error: data: unknown field; name one of its fields, such as data.structure
  1 | data=5
    | ^^^^
""",
    ),
    "a field without its section": (
        ["rows=5"],
        """\
--set:1:1: error: rows: unknown field; did you mean 'data.rows'?
  1 | rows=5
    | ^^^^
""",
    ),
    "a word of two fields": (
        ["budget=5"],
        """\
--set:1:1: error: budget: unknown field; did you mean 'labels.budget_usd' or 'compute.budget_usd'?
  1 | budget=5
    | ^^^^^^
""",
    ),
    "a wrong type, with blanks around": (
        ["  data.rows = few"],
        """\
--set:1:15: error: data.rows: expected a number, found 'few'
  1 |   data.rows = few
    |               ^^^
""",
    ),
    "a number out of range": (
        ["data.rows=1e400"],
        """\
--set:1:11: error: data.rows: 1e400 is outside 0 to 1e15
  1 | data.rows=1e400
    |           ^^^^^
""",
    ),
    "a required field made unknown": (
        ["task=null"],
        """\
--set:1:6: error: task: this field is required and cannot be unknown
  1 | task=null
    |      ^^^^
""",
    ),
    "text that is not YAML": (
        ["data.rows=@5"],
        """\
--set:1:11: error: data.rows: not YAML: '@' cannot start a value; put the text in quotes
  1 | data.rows=@5
    |           ^^
""",
    ),
    "an anchor": (
        ["data.rows=&a 5"],
        """\
--set:1:11: error: data.rows: anchors (&a) are not supported; write the value out
  1 | data.rows=&a 5
    |           ^^^^
""",
    ),
    "several at once, in the order of the command line": (
        ["task=Lookup", "interpretability.regulation=[hiring, gdpr]", "rows=5"],
        """\
--set:1:6: error: task: 'Lookup' is not one of <tasks>; did you mean 'lookup'?
  1 | task=Lookup
    |      ^^^^^^
--set:1:29: error: interpretability.regulation: 'gdpr' is not one of <regulations>
  1 | interpretability.regulation=[hiring, gdpr]
    |                             ^^^^^^^^^^^^^^
--set:1:1: error: rows: unknown field; did you mean 'data.rows'?
  1 | rows=5
    | ^^^^
""",
    ),
    "a contradiction between two overrides": (
        ["data.rows=5", "data.labelled=9"],
        """\
--set:1:15: error: data.labelled: 9 labelled examples, but data.rows has only 5; data.rows counts all examples at hand, data.labelled those of them with a label
  1 | data.labelled=9
    |               ^
""",
    ),
}


def printed(profile: str | bytes, assignments=()) -> str:
    raw = profile if isinstance(profile, bytes) else profile.encode()
    with pytest.raises(InputError) as caught:
        read_profile(raw, "p.yaml", assignments)
    text = str(caught.value)
    for name, values in LISTS.items():
        text = text.replace(", ".join(values), name)
    return text + "\n"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_is_shown_with_its_place_and_a_way_out(mistake):
    profile, expected = MISTAKES[mistake]
    assert printed(profile) == expected


@pytest.mark.parametrize("mistake", ASSIGNMENTS)
def test_every_mistake_in_an_override_is_shown_with_its_place(mistake):
    assignments, expected = ASSIGNMENTS[mistake]
    assert printed(VALID, assignments) == expected


def test_a_mistake_in_the_file_comes_before_those_of_the_overrides():
    expected = """\
p.yaml:2:35: error: data.labelled: 9 labelled examples, but data.rows has only 5; data.rows counts all examples at hand, data.labelled those of them with a label
  2 | data: {structure: text, labelled: 9}
    |                                   ^
--set:1:1: error: rows: unknown field; did you mean 'data.rows'?
  1 | rows=7
    | ^^^^
"""
    profile = "task: lookup\ndata: {structure: text, labelled: 9}\n"
    assert printed(profile, ["rows=7", "data.rows=5"]) == expected


def test_problems_of_the_text_and_of_the_fields_are_told_in_one_run_in_the_order_of_the_file():
    profile = """\
name: &a churn
task: clasification
data:
  rows: '5'
  structure: *a
  rows: 7
latency: 50
"""
    shown = [line for line in printed(profile).splitlines() if line.startswith("p.yaml")]
    assert [line.partition(" error: ")[0] for line in shown] == [
        "p.yaml:1:7:",
        "p.yaml:2:7:",
        "p.yaml:4:9:",
        "p.yaml:5:14:",
        "p.yaml:6:3:",
        "p.yaml:7:10:",
    ]


@pytest.mark.parametrize(
    ("profile", "place", "hint"),
    [
        ("task: lookup\ndata: {structure: text\nname: x\n", "p.yaml:3:5", ""),
        ("task: lookup\ndata:\n    structure: text\n  rows: 5\n", "p.yaml:4:3", "indent the fields"),
        ("name: 'fraud\ntask: lookup\n", "p.yaml:3:1", ""),
    ],
    ids=["an unclosed bracket", "uneven indentation", "an unclosed quote"],
)
def test_text_that_is_not_yaml_is_located(profile, place, hint):
    # The reason is the parser's own, and differs between its versions.
    assert printed(profile).startswith(f"{place}: error: not YAML: ")
    assert hint in printed(profile)


def test_a_very_long_line_is_cut_around_the_mistake():
    text = "x" * 500
    shown = printed(f'{{"name": "{text}", "task": "lookups", "data": {{"structure": "text"}}}}')
    assert shown == (
        "p.yaml:1:522: error: task: 'lookups' is not one of <tasks>; did you mean 'lookup'?\n"
        f'  1 | {"x" * 49}", "task": "lookups", "data": {{"structure": "text"}}}}\n'
        f"    | {' ' * 60}^^^^^^^^^\n"
    )


def test_a_very_long_word_is_cut():
    name = "a" * 1_000
    lines = printed(f"{VALID}{name}: 1\nlatency: {{mode: {name}}}\n").splitlines()
    assert lines[0].startswith(f"p.yaml:3:1: error: '{'a' * 56}...: unknown field; known: version, name, ")
    assert f"latency.mode: '{'a' * 56}... is not one of batch, online" in lines[3]
    assert max(len(line) for line in lines) < 240


def test_a_huge_number_is_out_of_range_and_cut():
    shown = printed(f"{VALID}latency: {{p95_ms: 1{'0' * 4_999}}}\nteam: {{weeks: {'9' * 41}}}\n")
    assert f"p.yaml:3:19: error: latency.p95_ms: 1{'0' * 56}... is outside 0.0001 to 1e15\n" in shown
    assert f"p.yaml:4:15: error: team.weeks: {'9' * 41} is outside 0 to 1e15\n" in shown


def test_the_caret_points_at_a_value_after_letters_of_every_alphabet():
    assert printed("{name: 'Größe 数据 😀', task: lookups, data: {structure: text}}") == (
        "p.yaml:1:28: error: task: 'lookups' is not one of <tasks>; did you mean 'lookup'?\n"
        "  1 | {name: 'Größe 数据 😀', task: lookups, data: {structure: text}}\n"
        "    |                            ^^^^^^^\n"
    )


@pytest.mark.parametrize("line_end", ["\r\n", "\r", "\n"])
def test_every_kind_of_line_end_gives_the_same_places(line_end):
    profile = line_end.join(["task: lookups", "data:", "  structure: text", "  rows: x", ""])
    assert printed(profile) == (
        "p.yaml:1:7: error: task: 'lookups' is not one of <tasks>; did you mean 'lookup'?\n"
        "  1 | task: lookups\n"
        "    |       ^^^^^^^\n"
        "p.yaml:4:9: error: data.rows: expected a number, found 'x'\n"
        "  4 |   rows: x\n"
        "    |         ^\n"
    )


def test_a_file_full_of_mistakes_shows_the_first_hundred():
    shown = printed("\n".join(f"key{number}: 1" for number in range(5_000)))
    assert shown.count(" error: ") == 101
    assert "p.yaml:101:9: error: more problems follow; the first 100 are shown\n" in shown


def test_a_file_full_of_mistakes_in_one_section_shows_the_first_hundred():
    regulations = ", ".join(["hire"] * 5_000)
    shown = printed(f"{VALID}interpretability: {{regulation: [{regulations}]}}")
    assert shown.count(" error: ") == 101
    assert "more problems follow" in shown


def test_control_characters_in_a_mistake_do_not_reach_the_terminal():
    shown = printed(VALID + '"ev\\u001b[31mil": 1\ndeployment: {target: "a\\u001b[31mb"}\n')
    assert "\x1b" not in shown
    assert "p.yaml:3:1: error: 'ev\\x1b[31mil': unknown field" in shown
