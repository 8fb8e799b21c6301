package millrace.replay;

import java.time.Duration;

/** Waiting in a loop that has a limit of its own. */
final class Pause {
    private Pause() {}

    static void of(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CannotReplay("It was interrupted.", e);
        }
    }
}
