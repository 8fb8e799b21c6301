package millrace.release;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import millrace.channels.Finding;

/** Waits for topics and groups that a platform creates some time after it was told to. */
final class ProvisioningWait {
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private ProvisioningWait() {}

    /**
     * Returns the findings as soon as one of them is not about something that may appear, at the latest after the
     * duration.
     */
    static List<Finding> await(Supplier<List<Finding>> check, Duration within, PrintStream out) {
        var end = Instant.now().plus(within);
        var findings = check.get();
        if (mayAppear(findings)) {
            out.printf(
                    "Waiting up to %d s for %d topics and groups.%n",
                    within.toSeconds(), wrong(findings).size());
        }
        while (mayAppear(findings) && Instant.now().isBefore(end)) {
            pause();
            findings = check.get();
        }
        return findings;
    }

    static List<Finding> wrong(List<Finding> findings) {
        return findings.stream().filter(Finding::isWrong).toList();
    }

    private static boolean mayAppear(List<Finding> findings) {
        return Finding.mayAppear(wrong(findings));
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ReleaseException("The command was interrupted.", e);
        }
    }
}
