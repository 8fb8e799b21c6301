package millrace.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import millrace.events.Channels;

/** Measures from outside how analytics works off its backlog, by the committed offsets of its consumer group. */
final class AnalyticsCatchUp {
    private static final Duration POLL_EVERY = Duration.ofMillis(50);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofMinutes(20);

    private final ServiceTestBed bed;
    private final AnalyticsProcess service;
    private final BenchmarkShutdown stop;
    private final BenchmarkProgress progress;
    private final long end = System.nanoTime() + TIMEOUT.toNanos();
    private long nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
    private long resident;
    private Duration advanced = Duration.ZERO;
    private Duration pause = Duration.ZERO;

    AnalyticsCatchUp(ServiceTestBed bed, AnalyticsProcess service, BenchmarkShutdown stop, BenchmarkProgress progress) {
        this.bed = bed;
        this.service = service;
        this.stop = stop;
        this.progress = progress;
    }

    /** @param count number of records on the channel */
    AnalyticsCatchUpResult measure(int count) {
        var topic = bed.platform().topic(Channels.CLICKS.name());
        try (var group = new GroupOffsets(bed.platform().kafkaClient(), AnalyticsProcess.group(bed), topic)) {
            var first = await(group, 1);
            var firstCommit = service.age();
            pause = Duration.ZERO;
            var before = cpu();
            if (first == count) {
                throw new BenchmarkException(
                        "All %,d events were in the first commit: --backlog has to be larger.".formatted(count));
            }
            await(group, count);
            var seconds = service.age().minus(firstCommit).toNanos() / 1e9;
            var used = cpu().minus(before);
            var each = (double) (count - first);
            return new AnalyticsCatchUpResult(
                    each / seconds,
                    used.server().toNanos() / 1e3 / each,
                    used.broker().toNanos() / 1e3 / each,
                    resident,
                    DiskUsage.bytes(bed.state()),
                    firstCommit,
                    pause);
        }
    }

    private long await(GroupOffsets group, long wanted) {
        var committed = group.committed();
        while (committed < wanted) {
            stop.check();
            service.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException("Analytics has committed only %,d events within %d minutes."
                        .formatted(committed, TIMEOUT.toMinutes()));
            }
            if (System.nanoTime() > nextReport) {
                progress.print("  %,d events".formatted(committed));
                noteResident(service.usage());
                nextReport += REPORT_EVERY.toNanos();
            }
            LockSupport.parkNanos(POLL_EVERY.toNanos());
            var now = group.committed();
            if (now > committed) {
                noteCommit();
            }
            committed = now;
        }
        return committed;
    }

    private void noteCommit() {
        var now = service.age();
        var since = now.minus(advanced);
        pause = pause.compareTo(since) > 0 ? pause : since;
        advanced = now;
    }

    private CpuTime cpu() {
        var used = service.usage();
        noteResident(used);
        return new CpuTime(used.cpu(), bed.broker().cpu(), Duration.ZERO);
    }

    private void noteResident(ProcessUsage used) {
        resident = Math.max(resident, used.resident());
    }
}
