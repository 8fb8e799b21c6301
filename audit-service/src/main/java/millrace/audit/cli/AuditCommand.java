package millrace.audit.cli;

import java.util.logging.Level;
import java.util.logging.Logger;
import millrace.audit.EvidenceExtension;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code bin/audit}: the commands of the archive. */
@Command(
        name = "bin/audit",
        description = {
            "Checks and uses the archive of every record of every audited channel.",
            "Settings are the config vars (KAFKA_URL, DATABASE_URL, AUDIT_PUBLIC_KEY or AUDIT_SIGNING_KEY ...) or, where"
                    + " there are none, those of what bin/up started."
        })
public final class AuditCommand {
    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    public static void main(String[] arguments) {
        System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager"); // As Quarkus does.
        Logger.getLogger("").setLevel(Level.WARNING); // A message below it costs time, although it is not printed.
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        var commands = new CommandLine(new AuditCommand());
        EvidenceExtension.find().ifPresent(evidence -> evidence.commands().forEach(commands::addSubcommand));
        commands.addSubcommand(new RestoreCommand());
        commands.addSubcommand(new LedgerCommand());
        commands.addSubcommand(new RotateKeysCommand());
        return withSentences(commands);
    }

    static CommandLine withSentences(CommandLine commandLine) {
        return commandLine.setExecutionExceptionHandler(AuditCommand::stop);
    }

    /** Prints a {@link CommandFailed} as a sentence; another exception is a fault of this program and keeps its stack trace. */
    private static int stop(Exception cause, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
        if (cause instanceof CommandFailed sentence) {
            command.getErr().println(sentence.getMessage());
            return command.getCommandSpec().exitCodeOnExecutionException();
        }
        throw cause;
    }
}
