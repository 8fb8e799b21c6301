package millrace.bench;

import java.time.Duration;
import java.util.List;
import millrace.local.ManagedProcess;
import millrace.local.Ports;

/** The audit process, started as in the Procfile. */
final class AuditProcess implements AutoCloseable {
    private static final String NAME = "audit";
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(40);

    private final ManagedProcess process;

    private AuditProcess(ManagedProcess process) {
        this.process = process;
    }

    static AuditProcess start(ServiceTestBed bed) {
        bed.stop().check();
        var variables = ProcessEnvironment.of(bed.platform(), "none", Ports.free(0));
        variables.put("DYNO", NAME + ".1");
        var command = List.of("/bin/sh", "-c", bed.project().processWithOptions(NAME));
        return new AuditProcess(
                ManagedProcess.start(bed.home(), NAME, bed.project().folder(), variables, command));
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
                    "The audit process has ended:\n" + process.log().lastLines(20));
        }
    }

    @Override
    public void close() {
        process.stop(STOP_TIMEOUT);
    }
}
