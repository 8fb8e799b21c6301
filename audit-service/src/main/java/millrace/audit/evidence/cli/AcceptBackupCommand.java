package millrace.audit.evidence.cli;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import millrace.audit.cli.AuditPlatform;
import millrace.audit.cli.CommandFailed;
import millrace.audit.evidence.BackupAcceptance;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bin/audit accept-backup}. */
@Command(
        name = "accept-backup",
        description = {
            "Says that the database was restored from a backup, so that the archive goes on from there. Until then the service"
                    + " is not ready, because a restored database looks like one whose end was removed.",
            "The acceptance is signed and stays in the log: every later verdict is \"ok with gaps\" at best. What the backup"
                    + " does not have is archived again, as far as the broker still has it.",
            "Stop the service first. Needs the signing key."
        })
final class AcceptBackupCommand implements Callable<Integer> {
    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var platform = AuditPlatform.of(System.getenv());
        try {
            var acceptance = new BackupAcceptance(
                    platform.database(),
                    platform.kafka(),
                    EvidenceCommands.identity(platform),
                    EvidenceCommands.signingKeys(platform));
            var backup = acceptance
                    .accept()
                    .orElseThrow(() ->
                            new CommandFailed("The database is not behind audit-checkpoints: nothing to accept."));
            command.commandLine().getOut().println("Accepted: " + backup.sentence() + ". Start the service.");
            return 0;
        } catch (SQLException e) {
            throw new CommandFailed("Nothing was accepted: " + e.getMessage() + ".", e);
        } catch (KafkaException e) {
            throw new CommandFailed("Kafka does not answer: " + e.getMessage(), e);
        }
    }
}
