package millrace.bench;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import millrace.local.Platform;

/** Measures how one orders process works off a backlog of transactions. */
final class OrdersCatchUp {
    private static final Duration POLL_EVERY = Duration.ofMillis(500);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofMinutes(15);

    private final OrdersProcess service;
    private final Platform platform;
    private final BenchmarkShutdown stop;
    private final PrintWriter progress;

    OrdersCatchUp(OrdersProcess service, Platform platform, BenchmarkShutdown stop, PrintWriter progress) {
        this.service = service;
        this.platform = platform;
        this.stop = stop;
        this.progress = progress;
    }

    /**
     * Throughput and cost between the first observed transaction and the last.
     *
     * @param perSecond applied transactions a second
     * @param published transactions a second until the outbox was empty
     * @param service processor time of the service per transaction, in microseconds; likewise database and broker
     * @param resident resident bytes of the service
     */
    record Result(double perSecond, double published, double service, double database, double broker, long resident) {
        String text() {
            return ("orders   %,d transactions/s applied, %,d/s published; CPU us each: service %.0f, database %.0f,"
                            + " broker %.0f; %d MiB")
                    .formatted(Math.round(perSecond), Math.round(published), service, database, broker, resident >> 20);
        }
    }

    Result drain(int count) {
        var first = awaitMoreThan(0);
        var begin = System.nanoTime();
        var before = cpu();
        var done = awaitMoreThan(count - 1);
        var seconds = (System.nanoTime() - begin) / 1e9;
        awaitEmptyOutbox();
        var published = (System.nanoTime() - begin) / 1e9;
        var used = cpu().minus(before);
        var each = (double) (done - first);
        return new Result(
                each / seconds,
                each / published,
                used.server().toNanos() / 1e3 / each,
                used.load().toNanos() / 1e3 / each,
                used.broker().toNanos() / 1e3 / each,
                service.usage().resident());
    }

    private void awaitEmptyOutbox() {
        var end = System.nanoTime() + TIMEOUT.toNanos();
        while (service.outboxRows() > 0) {
            stop.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException("The outbox still has %,d rows.".formatted(service.outboxRows()));
            }
            LockSupport.parkNanos(POLL_EVERY.toNanos());
        }
    }

    private long awaitMoreThan(long count) {
        var end = System.nanoTime() + TIMEOUT.toNanos();
        var nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
        var applied = service.applied();
        while (applied <= count) {
            stop.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException("Only %,d transactions were applied within %d minutes."
                        .formatted(applied, TIMEOUT.toMinutes()));
            }
            if (System.nanoTime() > nextReport) {
                progress.println("  %,d applied".formatted(applied));
                progress.flush();
                nextReport += REPORT_EVERY.toNanos();
            }
            LockSupport.parkNanos(POLL_EVERY.toNanos());
            applied = service.applied();
        }
        return applied;
    }

    private CpuTime cpu() {
        return new CpuTime(
                service.usage().cpu(),
                server("kafka-1").cpu(),
                server("database").cpu());
    }

    private ProcessUsage server(String name) {
        return platform.servers().stream()
                .filter(server -> server.name().equals(name))
                .map(server -> ProcessUsage.of(server.process().pid()))
                .findFirst()
                .orElseThrow();
    }
}
