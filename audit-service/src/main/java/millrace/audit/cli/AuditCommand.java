package millrace.audit.cli;

import jakarta.ws.rs.ServiceUnavailableException;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.Logger;
import millrace.audit.EvidenceExtension;
import millrace.audit.ledger.QueryTooLarge;
import millrace.audit.restore.CannotRestore;
import millrace.events.TerminalText;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

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
        return withSentences(commands.registerConverter(Instant.class, AuditCommand::instant));
    }

    /** Parses ISO 8601; the milliseconds have to fit a long. */
    private static Instant instant(String text) {
        try {
            var instant = Instant.parse(text);
            instant.toEpochMilli();
            return instant;
        } catch (DateTimeException | ArithmeticException e) {
            throw new TypeConversionException("'" + text + "' is no time such as 2024-05-01T12:00:00Z");
        }
    }

    static CommandLine withSentences(CommandLine commandLine) {
        return commandLine.setExecutionExceptionHandler(AuditCommand::stop);
    }

    /** Prints a sentence; an exception that has none is a fault of this program and keeps its stack trace. */
    private static int stop(Exception cause, CommandLine command, CommandLine.ParseResult arguments) throws Exception {
        var sentence = switch (cause) {
            case CommandFailed e -> e.getMessage();
            case CannotRestore e -> e.getMessage();
            case QueryTooLarge e -> e.getMessage();
            case ServiceUnavailableException e -> e.getMessage();
            case SQLException e -> "The database does not answer: " + e.getMessage();
            case KafkaException e -> "Kafka does not answer: " + e.getMessage();
            default -> throw cause;
        };
        command.getErr().println(TerminalText.lines(sentence));
        return command.getCommandSpec().exitCodeOnExecutionException();
    }
}
