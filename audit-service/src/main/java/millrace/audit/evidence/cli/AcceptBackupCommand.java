package millrace.audit.evidence.cli;

import java.sql.SQLException;
import millrace.audit.cli.CommandFailed;
import millrace.audit.cli.PlatformCommand;
import millrace.audit.evidence.BackupAcceptance;
import millrace.events.TerminalText;
import picocli.CommandLine.Command;

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
final class AcceptBackupCommand extends PlatformCommand {
    @Override
    public Integer call() {
        var platform = platform();
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
            out().println("Accepted: " + TerminalText.line(backup.sentence()) + ". Start the service.");
            return 0;
        } catch (SQLException e) {
            throw new CommandFailed("Nothing was accepted: " + e.getMessage() + ".", e);
        }
    }
}
