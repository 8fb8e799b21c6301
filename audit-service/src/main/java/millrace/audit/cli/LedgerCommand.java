package millrace.audit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import millrace.audit.ledger.LedgerAuditor;
import millrace.audit.ledger.LedgerQuery;
import millrace.audit.ledger.LedgerText;
import millrace.audit.ledger.QueryTooLarge;
import millrace.events.Json;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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
public final class LedgerCommand implements Callable<Integer> {
    private final Map<String, String> vars;

    @Spec
    private CommandSpec spec;

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

    /** Uses the config vars of the environment, or those of the platform that {@code bin/up} started. */
    public LedgerCommand() {
        this(Map.of());
    }

    LedgerCommand(Map<String, String> vars) {
        this.vars = vars;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        var query = query();
        var platform = vars.isEmpty() ? LedgerConnection.ofThisProcess() : LedgerConnection.of(vars);
        try (var archive = platform.connect()) {
            var ledger = new LedgerAuditor(platform.kafka(), platform.prefix()).answer(query, archive);
            var out = spec.commandLine().getOut();
            out.print(
                    json
                            ? Json.MAPPER
                                            .writer(SerializationFeature.INDENT_OUTPUT)
                                            .writeValueAsString(ledger) + "\n"
                            : LedgerText.of(ledger));
            out.flush();
            return ledger.firstUnbalanced() == null ? 0 : 1;
        } catch (QueryTooLarge e) {
            return failed(e.getMessage());
        } catch (SQLException e) {
            return failed("The database does not answer: " + e.getMessage());
        } catch (KafkaException e) {
            return failed("Kafka does not answer: " + e.getMessage());
        }
    }

    private LedgerQuery query() {
        try {
            return LedgerQuery.of(from, to, channel, Instant.now());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int failed(String sentence) {
        spec.commandLine().getErr().println(sentence);
        return 1;
    }
}
