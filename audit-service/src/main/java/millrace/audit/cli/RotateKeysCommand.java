package millrace.audit.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import millrace.audit.AuditEvents;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.MasterKeyCheck;
import millrace.audit.seal.Rotation;
import millrace.audit.table.DatabaseTransactions;
import millrace.events.AuditEvent;
import picocli.CommandLine.Command;

/** {@code bin/audit rotate-keys}. */
@Command(
        name = "rotate-keys",
        description = {
            "Wraps the keys of all persons with the master key in AUDIT_MASTER_KEY instead of the previous one, which is in"
                    + " AUDIT_MASTER_KEY_PREVIOUS until this has ended. First set both, for the service, too.",
            "Ended at any time, also with kill -9, the same command continues. The service works meanwhile."
        })
final class RotateKeysCommand extends PlatformCommand {
    private static final String NAME = "bin/audit rotate-keys";

    RotateKeysCommand() {}

    RotateKeysCommand(Map<String, String> environment) {
        super(environment);
    }

    @Override
    public Integer call() throws SQLException {
        var platform = platform();
        var master = platform.masterKey();
        var out = out();
        try (var events = new AuditEvents(platform.kafka(), platform.prefix())) {
            var wrapped = rotate(platform.transactions(), master, out);
            // Published again if an earlier run ended before it did: the event has the same id.
            events.publish(event(master, wrapped));
            out.printf(
                    "All keys of persons are wrapped with the master key %s, %,d of them now.%n", master.id(), wrapped);
            return 0;
        }
    }

    private static long rotate(DatabaseTransactions transactions, MasterKey master, PrintWriter out)
            throws SQLException {
        var fault = transactions.get(connection -> MasterKeyCheck.fault(connection, master));
        if (fault.isPresent()) {
            throw new CommandFailed(fault.get());
        }
        var rotation = new Rotation(master);
        var wrapped = 0L;
        for (var some = transactions.get(rotation::next); some > 0; some = transactions.get(rotation::next)) {
            wrapped += some;
            out.printf("%,d keys%n", wrapped);
            out.flush();
        }
        return wrapped;
    }

    private static AuditEvent event(MasterKey master, long wrapped) {
        var id = UUID.nameUUIDFromBytes(("rotated/" + master.id()).getBytes(UTF_8));
        var now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        return new AuditEvent.MasterKeyRotated(
                id.toString(), "master-keys/" + master.id(), NAME, master.id(), wrapped, now);
    }
}
