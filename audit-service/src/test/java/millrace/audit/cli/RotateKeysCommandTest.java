package millrace.audit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.SubjectKeyTable;
import millrace.local.Secrets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

@Tag("platform")
@Tag("long")
class RotateKeysCommandTest {
    private static final Set<String> SUBJECTS =
            IntStream.range(0, 700).mapToObj(i -> "s" + i).collect(Collectors.toSet());

    private static SubjectKeyTable table;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void start() throws IOException {
        table = new SubjectKeyTable();
    }

    @AfterAll
    static void stop() throws IOException {
        table.close();
    }

    @Test
    void a_rotation_wraps_all_keys_and_without_the_key_before_it_says_what_is_missing() throws SQLException {
        var before = table.configVars().get("AUDIT_MASTER_KEY");
        var after = Secrets.masterKey();
        table.obtain(MasterKey.of(before, Optional.empty()), SUBJECTS);

        assertThat(rotate(Map.of("AUDIT_MASTER_KEY", after))).isOne();
        assertThat(err.toString())
                .startsWith("Data keys of the archive are wrapped with the master key ")
                .contains("AUDIT_MASTER_KEY_PREVIOUS")
                .hasLineCount(1);

        assertThat(rotate(Map.of("AUDIT_MASTER_KEY", after, "AUDIT_MASTER_KEY_PREVIOUS", before)))
                .isZero();
        assertThat(out.toString()).contains("500 keys", "700 keys", ", 700 of them now.");
        assertThat(table.obtain(MasterKey.of(after, Optional.empty()), SUBJECTS))
                .hasSize(700);
        assertThat(rotate(Map.of("AUDIT_MASTER_KEY", after))).isZero();
        assertThat(out.toString()).endsWith(", 0 of them now." + System.lineSeparator());
    }

    private int rotate(Map<String, String> keys) {
        var vars = new HashMap<>(table.configVars());
        vars.putAll(keys);
        var command = new CommandLine(new AuditCommand()).addSubcommand("rotate", new RotateKeysCommand(vars));
        return AuditCommand.withSentences(command)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("rotate");
    }
}
