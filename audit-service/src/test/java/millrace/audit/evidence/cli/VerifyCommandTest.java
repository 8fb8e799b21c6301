package millrace.audit.evidence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import millrace.audit.evidence.ChainFinding;
import millrace.audit.evidence.ChainVerdict;
import millrace.audit.evidence.VerificationResult;
import org.junit.jupiter.api.Test;

class VerifyCommandTest {
    /** Who owns the database chooses the names of its channels. */
    @Test
    void a_name_in_the_database_does_not_command_the_terminal() {
        var name = "orders\u001b[2K\rorders/0: ok\n";
        var finding = new ChainFinding(ChainFinding.Kind.CHANGED, 1L, 1L, 1L, "a row of " + name);
        var chain = new ChainVerdict(name, 0, 1, 1, 1, 0, 0, 0, 0, 0, finding, true, "of " + name);
        var out = new StringWriter();

        VerifyCommand.print(
                new PrintWriter(out),
                new VerificationResult(Instant.EPOCH, Instant.EPOCH, 1, 1, List.of(finding), List.of(chain)),
                0.1);

        assertThat(out.toString()).doesNotContain("\u001b", "\r");
        assertThat(out.toString().lines()).noneMatch(line -> line.startsWith("orders/0: ok"));
    }
}
