package millrace.audit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import millrace.audit.ledger.LedgerAuditor;
import millrace.audit.ledger.LedgerQuery;
import millrace.audit.ledger.LedgerText;
import millrace.events.Json;
import millrace.events.TerminalText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/audit ledger}. */
@Command(
        name = "ledger",
        description = {
            "Compares, by channel and minute of the records' timestamps: written = on the channel = read by each of its readers,"
                    + " the archive among them. Names the first line that does not balance.",
            "A line is open while its minute is not over or a reader is behind, and unknown where a process was killed before"
                    + " its last report. web 12+1?: one record more was sent and never answered. Behind a reader is how many of"
                    + " its records it did not simply apply: late, repeated, refused, parked, dead-lettered.",
            "undeclared: counted by a name that channels.yaml does not name for the channel. It is compared with nothing."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:no line is known to be out of balance",
            "1:a line does not balance, or the ledger could not be read",
            "2:the arguments are invalid"
        })
public final class LedgerCommand extends PlatformCommand {
    @Option(
            names = "--from",
            paramLabel = "TIME",
            description =
                    "From the minute of this time on, such as 2024-05-01T12:00:00Z. Default: 15 minutes before --to.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Minutes before this time, at most 24 hours after --from. Default: now.")
    private String to;

    @Option(names = "--channel", paramLabel = "CHANNEL", description = "One channel. Default: all.")
    private String channel;

    @Option(names = "--json", description = "As JSON, with a sentence for each line that is not balanced.")
    private boolean json;

    public LedgerCommand() {}

    LedgerCommand(Map<String, String> vars) {
        super(vars);
    }

    @Override
    public Integer call() throws JsonProcessingException, SQLException {
        var query = query();
        var platform = platform();
        var ledger = new LedgerAuditor(platform.kafka(), platform.prefix()).answer(query, platform.database());
        var indented = Json.MAPPER.writer(SerializationFeature.INDENT_OUTPUT);
        out().print(json ? indented.writeValueAsString(ledger) + "\n" : TerminalText.lines(LedgerText.of(ledger)));
        out().flush();
        return ledger.firstUnbalanced() == null ? 0 : 1;
    }

    private LedgerQuery query() {
        try {
            return LedgerQuery.of(from, to, channel, Instant.now());
        } catch (IllegalArgumentException e) {
            throw invalid(e.getMessage());
        }
    }
}
