package millrace.bench;

import java.time.Duration;
import java.util.List;
import millrace.local.ManagedProcess;
import millrace.local.Ports;

/** The analytics process, started as in the Procfile. */
final class AnalyticsProcess implements AutoCloseable {
    static final String EXACTLY_ONCE = "exactly_once_v2";
    static final String AT_LEAST_ONCE = "at_least_once";
    private static final String NAME = "analytics";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final ManagedProcess process;
    private final long begin;

    private AnalyticsProcess(ManagedProcess process, long begin) {
        this.process = process;
        this.begin = begin;
    }

    /** @param guarantee processing guarantee of Kafka Streams */
    static AnalyticsProcess start(ServiceTestBed bed, String guarantee) {
        var variables = ProcessEnvironment.of(bed.platform(), "none", Ports.free(0));
        variables.put("DYNO", NAME + ".1");
        variables.put("ANALYTICS_GUARANTEE", guarantee);
        variables.put("ANALYTICS_STATE_DIR", bed.state().toString());
        var command = List.of("/bin/sh", "-c", bed.project().processWithOptions(NAME));
        var begin = System.nanoTime();
        return new AnalyticsProcess(
                ManagedProcess.start(bed.home(), NAME, bed.project().folder(), variables, command), begin);
    }

    /** Returns its consumer group on the platform. */
    static String group(ServiceTestBed bed) {
        return bed.platform().topic(NAME);
    }

    /** Returns the time since its start. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    ProcessUsage usage() {
        return ProcessUsage.of(process.pid());
    }

    /**
     * Checks that the process is alive; to be called in every wait for it.
     *
     * @throws BenchmarkException if it has ended
     */
    void check() {
        if (!process.isAlive()) {
            throw new BenchmarkException(
                    "The analytics process has ended:\n" + process.log().lastLines(20));
        }
    }

    @Override
    public void close() {
        process.stop(STOP_TIMEOUT);
    }
}
