"""What processor time is compared with: work that none of our code has a part in.

The speed of a shared machine changes from one second to the next, and with it what the same work
takes of a processor's time. What two pieces of work that are done at the same time take changes
together, by and large.
"""

import hashlib
import statistics
import threading
import time

SLICE = bytes(1 << 20)
BETWEEN_SLICES = 0.02  # seconds; a tenth of a core


class Yardstick:
    """Processor seconds to hash a mebibyte, slices of it all through the `with` statement."""

    def __enter__(self):
        self.slices = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._measure)
        self.thread.start()
        return self

    def _measure(self):
        while True:
            began = time.thread_time()
            hashlib.blake2b(SLICE, digest_size=32).digest()
            self.slices.append(time.thread_time() - began)
            if self.ended.wait(BETWEEN_SLICES):
                return

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def seconds(self):
        return statistics.median(self.slices)
