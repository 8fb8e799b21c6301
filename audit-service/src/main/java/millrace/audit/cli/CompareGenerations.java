package millrace.audit.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import millrace.audit.verify.ChainComparison;
import millrace.events.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bin/audit compare-generations}: for {@code bin/replay compare audit}, which reads what it prints. */
@Command(
        name = "compare-generations",
        hidden = true,
        description = "Prints a line of JSON for each chain: how far it is the same in two generations of the archive.")
final class CompareGenerations implements Callable<Integer> {
    @Parameters(paramLabel = "LIVE", description = "Number of a generation.")
    private int live;

    @Parameters(paramLabel = "SHADOW", description = "Number of another.")
    private int shadow;

    @Spec
    private CommandSpec command;

    @Override
    public Integer call() {
        var out = command.commandLine().getOut();
        try {
            for (var chain : new ChainComparison(Platform.of(System.getenv()).transactions()).compare(live, shadow)) {
                out.println(Json.MAPPER.writeValueAsString(chain));
            }
            out.flush();
            return 0;
        } catch (SQLException e) {
            throw new CannotDo("The database does not answer: " + e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("A record of numbers and texts can always be written", e);
        }
    }
}
