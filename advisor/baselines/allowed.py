"""What the options of a measurement may be, for the command line and for the record of an earlier run."""

TASKS = ("classification", "binary", "multiclass", "regression")
FORMATS = ("csv", "tsv", "parquet", "jsonl")
DECIMALS = (".", ",")
PRIORS = ("published", "none")
REPEATS = (1, 2, 5)
FOLDS = range(2, 21)
SEEDS = range(2**31)
JOBS = range(1, 257)
LEAST_MEMORY_MB = 256
MOST_MEMORY_MB = 10**9  # more than any machine has
MOST_ROWS = 10**12
LONGEST_S = 7 * 86400  # a week
