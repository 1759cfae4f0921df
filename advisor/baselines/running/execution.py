"""Run jobs as slots get free, each with a time limit that leaves the others their share."""

from collections.abc import Callable, Collection, Sequence
from time import monotonic

from advisor.baselines.running.clock import NO_NEWS, Clock, News, Progress
from advisor.baselines.running.fitting import Job
from advisor.baselines.running.outcomes import OUT_OF_TIME
from advisor.baselines.running.runner import Finished, Runner

MOST_SLACK, HANGING = 3.0, 4.0
FIRST_FIT_SHARE = 0.2  # of the time left, for a fit of which nothing is known
AMPLE_SHARE = 0.5
LEAST_LIMIT_S = 2.0  # a shorter time says nothing about a fit
SHORT_FIT_S, SHORT_FIT_SHARE = 10.0, 0.05  # a fit that may take so much is not cut because the machine is busy
LEAST_LEFT_S = 0.2
TOLD_EVERY_S = 5.0  # while fits run, that what is shown does not look dead


class Execution:
    """A runner under a clock.

    Parameters
    ----------
    runner : Runner
        With the data set loaded.
    clock : Clock
        Of the comparison; may be changed between batches.
    report : callable
        Called with `Progress`.
    """

    def __init__(self, runner: Runner, clock: Clock, report: Callable[[Progress], None]) -> None:
        self.runner = runner
        self.clock = clock
        self._report = report

    def run(
        self,
        stage: str,
        jobs: Sequence[Job],
        seconds: Callable[[Job], float | None],
        finished: Callable[[Finished], News],
        failed: Collection[str] = (),
        *,
        patient: bool = False,
    ) -> bool:
        """Run jobs as slots get free; return whether all of them ended before the deadline.

        Parameters
        ----------
        stage : str
            What the progress calls it.
        jobs : sequence of Job
            In the order in which they start.
        seconds : callable
            The seconds that a job is expected to take, None where nothing is known of its model yet.
        finished : callable
            Called with each job that has ended; returns what is news of it.
        failed : collection of str
            Models whose jobs are skipped; looked at again before each job.
        patient : bool
            Whether only the deadline ends a fit: for models that are known to be fast, which only a busy machine slows.
        """
        queue, done = list(jobs), 0

        def tell(news: News = NO_NEWS) -> None:
            fitting = tuple(dict.fromkeys(job.model.title for job in self.runner.running))
            self._report(self.clock.progress(stage, done, len(jobs), fitting, news))

        def ended(one: Finished) -> None:
            nonlocal done
            done += 1
            tell(finished(one))

        while (queue and not self.runner.dead) or self.runner.running:
            while queue and not self.runner.dead and self.runner.free and self.clock.left() > LEAST_LEFT_S:
                job = queue.pop(0)
                if job.model.id in failed:
                    done += 1
                    continue
                self._submit(job, seconds, queue, patient=patient)
            tell()
            for one in self.runner.wait(min(self.clock.deadline, monotonic() + TOLD_EVERY_S)):
                ended(one)
            if self.clock.left() <= LEAST_LEFT_S:
                if not self.runner.running:
                    break
                for one in self.runner.wait(self.clock.deadline) or self.runner.stop(OUT_OF_TIME):
                    ended(one)
        return not queue

    def _submit(self, job: Job, seconds: Callable[[Job], float | None], queue: Sequence[Job], *, patient: bool) -> None:
        if self.clock.endless or patient:
            self.runner.submit(job, float("inf"))
            return
        left = self.clock.left()
        known = seconds(job)
        expected = FIRST_FIT_SHARE * left if known is None else known
        waiting = [seconds(one) for one in (*queue, *self.runner.running)]
        outstanding = expected + sum(FIRST_FIT_SHARE * left if one is None else one for one in waiting)
        slack = left * self.runner.slots / max(outstanding, 1e-9)
        # Where time is ample, a fit that a busy machine slows down gets its part of half of what is left.
        part = AMPLE_SHARE * left * self.runner.slots / (1 + len(waiting))
        least = max(LEAST_LIMIT_S, min(SHORT_FIT_S, SHORT_FIT_SHARE * left))
        soft = min(max(expected * min(MOST_SLACK, max(1.05, 0.9 * slack)), part, least), 0.9 * left)
        # Networks keep the time themselves; what is killed is lost, so only what hangs is.
        hard = max(1.3 * soft, expected if known is None else HANGING * expected) + LEAST_LIMIT_S
        # What the deadline ends is not the model's fault.
        self.runner.submit(job._replace(time_limit_s=soft), hard if hard < left else float("inf"))
