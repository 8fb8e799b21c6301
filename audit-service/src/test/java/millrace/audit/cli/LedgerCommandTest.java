package millrace.audit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import millrace.audit.AuditPlatformResource;
import millrace.events.Channels;
import millrace.events.Counted;
import millrace.local.Platform;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** Runs the command without the service. */
@QuarkusTest
@WithTestResource(AuditPlatformResource.class)
@Tag("platform")
class LedgerCommandTest {
    private static final Instant MINUTE =
            Instant.now().truncatedTo(ChronoUnit.MINUTES).minusSeconds(3 * 3600);

    Platform platform;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void a_line_that_does_not_balance_is_named_and_ends_the_command_with_1() throws Exception {
        accepted(3);

        assertThat(run(
                        "--channel",
                        "rejected-events",
                        "--from",
                        MINUTE.toString(),
                        "--to",
                        MINUTE.plusSeconds(60).toString()))
                .isEqualTo(1);
        assertThat(out.toString())
                .startsWith("channel ")
                .endsWith("The first line that does not balance: rejected-events " + MINUTE
                        + ": 3 written, 0 on the channel: 3 missing.\n");
    }

    @Test
    void an_empty_ledger_balances() {
        assertThat(run("--from", "2020-01-01T00:00:00Z", "--to", "2020-01-01T00:01:00Z"))
                .isZero();
        assertThat(run("--json", "--from", "2020-01-01T00:00:00Z", "--to", "2020-01-01T00:01:00Z"))
                .isZero();
    }

    @Test
    void a_question_that_makes_no_sense_ends_it_with_2_and_a_sentence() {
        assertThat(run("--from", "noon")).isEqualTo(2);
        assertThat(err.toString()).startsWith("from must be a time like 2026-01-31T12:00:00Z, not noon");
    }

    private int run(String... arguments) {
        return new CommandLine(new LedgerCommand(platform.configVars()))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    private void accepted(long acknowledged) throws Exception {
        var counted = Counted.wrote(
                "web/command", "rejected-events", null, MINUTE, Map.of(Counted.ACKNOWLEDGED, acknowledged));
        var value = Channels.LEDGER.value().serializer().serialize("ledger", counted);
        try (var producer =
                new KafkaProducer<>(platform.kafkaClient(), new StringSerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(platform.topic("ledger"), counted.key(), value))
                    .get();
        }
    }
}
