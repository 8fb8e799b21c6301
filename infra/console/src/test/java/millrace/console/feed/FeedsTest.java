package millrace.console.feed;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import millrace.console.call.Access;
import org.junit.jupiter.api.Test;

class FeedsTest {
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final Semaphore begun = new Semaphore(0);
    private final Semaphore goOn = new Semaphore(0);
    private final AtomicInteger interrupted = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final Feeds feeds = new Feeds().add("numbers", Duration.ofMillis(1), this::sample);

    /** Pages that come and go would otherwise have a sample each, and each is work for the brokers. */
    @Test
    void a_sample_ends_in_order_and_alone_when_its_listener_leaves_and_another_one_comes() throws InterruptedException {
        var first = feeds.subscribe(Set.of("numbers"), Access.NONE);
        assertThat(begun.tryAcquire(WITHIN.toSeconds(), TimeUnit.SECONDS)).isTrue();
        first.close();
        for (var visit = 0; visit < 5; visit++) {
            feeds.subscribe(Set.of("numbers"), Access.NONE).close();
        }
        try (var listener = feeds.subscribe(Set.of("numbers"), Access.NONE)) {
            goOn.release(1_000_000);
            assertThat(listener.take(WITHIN)).containsKey("numbers");
        }

        assertThat(interrupted).hasValue(0);
        assertThat(mostAtOnce).hasValue(1);
    }

    private Object sample(Access access) {
        mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
        begun.release();
        try {
            goOn.acquire();
        } catch (InterruptedException e) {
            interrupted.incrementAndGet();
        } finally {
            atOnce.decrementAndGet();
        }
        return begun.availablePermits();
    }
}
