package millrace.audit.evidence.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import millrace.audit.EvidenceMismatch;
import millrace.audit.cli.CommandFailed;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.evidence.Witness;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/audit witness}. */
@Command(
        name = "witness",
        description = {
            "Keeps the last checkpoint that it has seen in a file. Refuses one whose log does not begin with the log of the"
                    + " one before, and leaves the file as it is.",
            "Run it on a machine that the owners of database and brokers do not have, for example every ten minutes. It needs"
                    + " the public key (AUDIT_PUBLIC_KEY), and may only read.",
            "Exit code: 0 if the checkpoint is consistent and not older than two hours, else 1: one is signed every hour at"
                    + " least."
        })
final class WitnessCommand extends PlatformCommand {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File of the checkpoint, which is created at the first run.")
    private Path file;

    @Override
    public Integer call() throws SQLException {
        var platform = platform();
        try {
            var head = new Witness(platform.transactions(), platform.kafka(), EvidenceCommands.identity(platform), file)
                    .witness(Instant.now());
            out().printf("A log of %d segments, signed at %s, is consistent.%n", head.size(), head.at());
            return 0;
        } catch (EvidenceMismatch e) {
            throw new CommandFailed(e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new CommandFailed(file + " cannot be read or written: " + e.getMessage(), e);
        }
    }
}
