package millrace.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.Driver;

/**
 * Watches from outside how the archive grows: by the positions, which move in the transactions that add the rows. Over one
 * connection: to open one takes the database longer than the question.
 */
final class ArchiveCatchUp implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final Duration TELL_EVERY = Duration.ofSeconds(2);
    private static final Duration AT_MOST = Duration.ofMinutes(10);

    private final ServiceTestBed bed;
    private final AuditProcess service;
    private final BenchmarkProgress progress;
    private final Connection connection;
    private final long end = System.nanoTime() + AT_MOST.toNanos();
    private long tell = System.nanoTime() + TELL_EVERY.toNanos();
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

    /** @param count records that are on the channels */
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
                        "Only %,d records are archived after %d minutes.".formatted(archived, AT_MOST.toMinutes()));
            }
            if (System.nanoTime() > tell) {
                progress.say("  %,d records".formatted(archived));
                tell += TELL_EVERY.toNanos();
            }
            LockSupport.parkNanos(LOOK_EVERY.toNanos());
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
