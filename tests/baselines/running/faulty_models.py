"""Estimators that misbehave in every way a user's own may."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin


class Sound(ClassifierMixin, BaseEstimator):
    """Predicts the shares of the classes."""

    def fit(self, X, y):
        self.classes_, counts = np.unique(y, return_counts=True)
        self.shares_ = counts / counts.sum()
        return self

    def predict_proba(self, X):
        return np.tile(self.shares_, (len(X), 1))

    def predict(self, X):
        return np.full(len(X), self.classes_[self.shares_.argmax()])


class Raises(Sound):
    def fit(self, X, y):
        raise RuntimeError("no convergence\nafter 5 steps")


class Exits(Sound):
    def fit(self, X, y):
        sys.exit(7)


class ExitsHard(Sound):
    def fit(self, X, y):
        os._exit(7)


class PredictsNan(Sound):
    def predict_proba(self, X):
        proba = super().predict_proba(X)
        proba[:3] = np.nan
        return proba


class Hangs(Sound):
    def fit(self, X, y):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(3600)


class Allocates(Sound):
    def fit(self, X, y):
        self.blocks_ = []
        while True:
            self.blocks_.append(np.ones(2_000_000))
            time.sleep(0.005)


class Crashes(Sound):
    def fit(self, X, y):
        os.kill(os.getpid(), signal.SIGSEGV)


class Prints(Sound):
    def fit(self, X, y):
        print("printed by python", flush=True)
        os.write(1, b"written to descriptor 1\n")
        os.write(2, b"written to descriptor 2\n")
        subprocess.run(["echo", "printed by a child"], check=True)
        return super().fit(X, y)


class LeavesChild(Sound):
    """Starts two processes that outlive the fit: one in its own group, one that has left it."""

    def fit(self, X, y):
        subprocess.Popen(["sleep", "3601"])
        subprocess.Popen(["sleep", "3602"], start_new_session=True)
        return super().fit(X, y)


class FillsDisk(Sound):
    def fit(self, X, y):
        with open(os.environ.get("ADVISOR_TEST_FILE", "/dev/full"), "wb") as file:
            file.write(b"x" * 10_000_000)
        return super().fit(X, y)


class OnlyClasses(Sound):
    """Has no predict_proba."""

    predict_proba = property()
