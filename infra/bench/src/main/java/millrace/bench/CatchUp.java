package millrace.bench;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import millrace.bench.load.ProcessUsage;

/** Measures from outside how a service works off a backlog. */
final class CatchUp {
    private static final Duration REPORT_EVERY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private final TestBed bed;
    private final BenchmarkProcess service;
    private final LongSupplier done;
    private final Duration pollEvery;
    private final BenchmarkProgress progress;
    private long nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
    private long last;
    private long memory;

    /**
     * @param done number of records that the service has processed durably, as another process sees it
     * @param pollEvery pause between two readings of it; a reading may cost the service time
     */
    CatchUp(TestBed bed, BenchmarkProcess service, LongSupplier done, Duration pollEvery, BenchmarkProgress progress) {
        this.bed = bed;
        this.service = service;
        this.done = done;
        this.pollEvery = pollEvery;
        this.progress = progress;
    }

    /**
     * Throughput and cost between the first observed record and the last.
     *
     * @param settledPerSecond records a second until also what follows from them was done
     * @param service processor time per record, in microseconds; likewise database and broker
     * @param early memory of the service after a tenth of the records, in bytes; {@code most} at most
     */
    record Result(
            double perSecond,
            double settledPerSecond,
            double service,
            double database,
            double broker,
            long early,
            long most) {}

    Result measure(long count) {
        return measure(count, () -> true);
    }

    /** @param settled what follows from the records is done */
    Result measure(long count, BooleanSupplier settled) {
        var first = await(1);
        if (first >= count) {
            throw new BenchmarkException(
                    "All %,d records were done when the first were: --backlog has to be larger.".formatted(count));
        }
        var begin = System.nanoTime();
        var before = cpu();
        await(count / 10);
        var early = memory;
        await(count);
        var seconds = (System.nanoTime() - begin) / 1e9;
        bed.await(settled, TIMEOUT, pollEvery, () -> "The last records are not settled.");
        var settledSeconds = (System.nanoTime() - begin) / 1e9;
        var after = cpu();
        var each = (double) (count - first);
        return new Result(
                each / seconds,
                each / settledSeconds,
                after.service().minus(before.service()).toNanos() / 1e3 / each,
                after.database().minus(before.database()).toNanos() / 1e3 / each,
                after.broker().minus(before.broker()).toNanos() / 1e3 / each,
                early,
                memory);
    }

    private record Cpu(Duration service, Duration database, Duration broker) {}

    private Cpu cpu() {
        return new Cpu(
                noteMemory().cpu(),
                ProcessUsage.of(bed.databasePid()).cpu(),
                ProcessUsage.of(bed.brokerPid()).cpu());
    }

    private long await(long wanted) {
        bed.await(
                () -> advance() >= wanted,
                TIMEOUT,
                pollEvery,
                () -> "Only %,d of %,d records are done after %d minutes."
                        .formatted(last, wanted, TIMEOUT.toMinutes()));
        noteMemory();
        return last;
    }

    private long advance() {
        service.check();
        last = Math.max(last, done.getAsLong());
        if (System.nanoTime() > nextReport) {
            progress.print("  %,d records".formatted(last));
            noteMemory();
            nextReport += REPORT_EVERY.toNanos();
        }
        return last;
    }

    private ProcessUsage noteMemory() {
        var usage = service.usage();
        memory = Math.max(memory, usage.memory());
        return usage;
    }
}
