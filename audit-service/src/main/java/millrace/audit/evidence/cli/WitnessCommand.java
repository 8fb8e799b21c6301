package millrace.audit.evidence.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import millrace.audit.EvidenceMismatch;
import millrace.audit.cli.AuditPlatform;
import millrace.audit.cli.CommandFailed;
import millrace.audit.evidence.Witness;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bin/audit witness}. */
@Command(
        name = "witness",
        description = {
            "Keeps the last checkpoint that it has seen in a file. Refuses one whose log does not begin with the log of the"
                    + " one before, and leaves the file as it is.",
            "Run it on a machine that the owners of database and brokers do not have, for example every ten minutes. It needs"
                    + " the public key (AUDIT_PUBLIC_KEY), and may only read.",
            "Exit code: 0 if the checkpoint is consistent, 1 if it is not."
        })
final class WitnessCommand implements Callable<Integer> {
    @Option(
            names = "--out",
            required = true,
            paramLabel = "FILE",
            description = "File of the checkpoint, which is created at the first run.")
    private Path file;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var platform = AuditPlatform.of(System.getenv());
        try {
            var head = new Witness(platform.transactions(), platform.kafka(), EvidenceCommands.identity(platform), file)
                    .witness();
            command.commandLine()
                    .getOut()
                    .printf("A log of %d segments, signed at %s, is consistent.%n", head.size(), head.at());
            return 0;
        } catch (EvidenceMismatch e) {
            throw new CommandFailed(e.getMessage() + ".", e);
        } catch (IOException e) {
            throw new CommandFailed(file + " cannot be read or written: " + e.getMessage(), e);
        } catch (SQLException e) {
            throw new CommandFailed("The database does not answer: " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new CommandFailed("Kafka does not answer: " + e.getMessage(), e);
        }
    }
}
