package millrace.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.Driver;

/**
 * Measures from outside how fast the archive grows, by its positions, which are updated in the database transactions
 * that insert the rows. It uses one connection, because opening one takes the database longer than the query.
 */
final class ArchiveCatchUp implements AutoCloseable {
    private static final Duration POLL_EVERY = Duration.ofMillis(50);
    private static final Duration REPORT_EVERY = Duration.ofSeconds(2);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final ServiceTestBed bed;
    private final AuditProcess service;
    private final BenchmarkProgress progress;
    private final Connection connection;
    private final long end = System.nanoTime() + TIMEOUT.toNanos();
    private long nextReport = System.nanoTime() + REPORT_EVERY.toNanos();
    private long resident;

    ArchiveCatchUp(ServiceTestBed bed, AuditProcess service, BenchmarkProgress progress) {
        this.bed = bed;
        this.service = service;
        this.progress = progress;
        try {
            this.connection = new Driver().connect(bed.platform().jdbcUrl(), new Properties());
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /** @param count number of records on the channels */
    ArchiveCatchUpResult measure(int count) {
        var first = await(1);
        var begin = System.nanoTime();
        var before = cpu();
        await(count / 10);
        var early = resident;
        var last = await(count);
        var seconds = (System.nanoTime() - begin) / 1e9;
        var used = cpu().minus(before);
        var each = (double) (last - first);
        return new ArchiveCatchUpResult(
                each / seconds,
                used.server().toNanos() / 1e3 / each,
                used.load().toNanos() / 1e3 / each,
                used.broker().toNanos() / 1e3 / each,
                early,
                resident);
    }

    private long await(long wanted) {
        var archived = archived();
        while (archived < wanted) {
            bed.stop().check();
            service.check();
            if (System.nanoTime() > end) {
                throw new BenchmarkException(
                        "Only %,d records are archived after %d minutes.".formatted(archived, TIMEOUT.toMinutes()));
            }
            if (System.nanoTime() > nextReport) {
                progress.print("  %,d records".formatted(archived));
                nextReport += REPORT_EVERY.toNanos();
            }
            LockSupport.parkNanos(POLL_EVERY.toNanos());
            archived = archived();
        }
        resident = Math.max(resident, service.usage().resident());
        return archived;
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private long archived() {
        try (var select = connection.prepareStatement("SELECT coalesce(sum(records), 0) FROM audit.positions");
                var row = select.executeQuery()) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static BenchmarkException unreadable(SQLException why) {
        return new BenchmarkException("The archive cannot be read: " + why.getMessage(), why);
    }

    private CpuTime cpu() {
        return new CpuTime(
                service.usage().cpu(), bed.broker().cpu(), bed.database().cpu());
    }
}
