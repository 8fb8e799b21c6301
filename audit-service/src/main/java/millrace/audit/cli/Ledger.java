package millrace.audit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import millrace.audit.ledger.Auditor;
import millrace.audit.ledger.LedgerText;
import millrace.audit.ledger.Question;
import millrace.audit.ledger.TooMuch;
import millrace.events.Json;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints the conservation ledger. */
@Command(
        name = "ledger",
        description = {
            "Compares, by channel and minute of acceptance: accepted at the edge = on the channel = archived = counted by"
                    + " analytics + late + twice + dead letters. Names the first line that does not balance.",
            "A line is open while its minute is not over or somebody is behind, and unknown where a process of the edge was"
                    + " killed before it had told all. 12+1? at the edge: one record more was sent and never answered.",
            "office: written by orders-service for the back office. twice: repeats, which analytics leaves out."
        },
        exitCodeListHeading = "%nExit code:%n",
        exitCodeList = {
            "0:no line is known to be out of balance",
            "1:a line does not balance, or the ledger could not be read",
            "2:the question makes no sense"
        })
public final class Ledger implements Callable<Integer> {
    private final Map<String, String> vars;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "From the minute of this time on, such as 2024-05-01T12:00:00Z; 15 minutes unless told.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "TIME",
            description = "Minutes before this time; until now unless told. At most 24 hours after --from.")
    private String to;

    @Option(names = "--channel", paramLabel = "CHANNEL", description = "One channel; all unless told.")
    private String channel;

    @Option(names = "--json", description = "As JSON, with a sentence for each line that is not balanced.")
    private boolean json;

    /** With the config vars of the platform, or of what {@code bin/up} started. */
    public Ledger() {
        this(Map.of());
    }

    Ledger(Map<String, String> vars) {
        this.vars = vars;
    }

    @Override
    public Integer call() throws JsonProcessingException {
        var question = question();
        var platform = vars.isEmpty() ? Vars.ofThisProcess() : Vars.of(vars);
        try (var archive = platform.connect()) {
            var ledger = new Auditor(platform.kafka(), platform.prefix()).answer(question, archive);
            var out = spec.commandLine().getOut();
            out.print(
                    json
                            ? Json.MAPPER
                                            .writer(SerializationFeature.INDENT_OUTPUT)
                                            .writeValueAsString(ledger) + "\n"
                            : LedgerText.of(ledger));
            out.flush();
            return ledger.firstUnbalanced() == null ? 0 : 1;
        } catch (TooMuch e) {
            return failed(e.getMessage());
        } catch (SQLException e) {
            return failed("The database does not answer: " + e.getMessage());
        } catch (KafkaException e) {
            return failed("Kafka does not answer: " + e.getMessage());
        }
    }

    private Question question() {
        try {
            return Question.of(from, to, channel, Instant.now());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private int failed(String sentence) {
        spec.commandLine().getErr().println(sentence);
        return 1;
    }
}
