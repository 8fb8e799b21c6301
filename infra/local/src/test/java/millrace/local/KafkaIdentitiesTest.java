package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import millrace.channels.KafkaIdentities;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker allows and refuses to services with identities of their own as the catalogue says. */
@Tag("platform")
@Tag("embedded")
@Tag("long")
class KafkaIdentitiesTest {
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(60);

    private static EmbeddedPlatform platform;
    private static Map<String, String> vars;

    @BeforeAll
    static void start(@TempDir Path directory) {
        platform = EmbeddedPlatform.start(directory);
        vars = platform.configVars();
        vars.putAll(platform.ownIdentities());
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @Test
    void a_service_writes_the_channels_that_name_it_as_a_writer_and_no_other() {
        assertThatCode(() -> send("orders", "orders")).doesNotThrowAnyException();
        assertThatCode(() -> send("web", "clicks")).doesNotThrowAnyException();

        for (var channel : List.of("clicks", "rejected-events")) {
            assertThatThrownBy(() -> send("orders", channel))
                    .as("orders writes to " + channel)
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }
        assertThatThrownBy(() -> send("web", "orders")).hasCauseInstanceOf(TopicAuthorizationException.class);
    }

    @Test
    void a_service_reads_the_channels_that_name_it_as_a_reader_in_its_own_group() {
        assertThatCode(() -> read("orders", "orders", "transactions")).doesNotThrowAnyException();
        assertThatCode(() -> read("orders", "orders-g2", "transactions")).doesNotThrowAnyException();

        // fork: analytics audit
        for (var channel : List.of("audit-events", "clicks", "analytics-events-changelog")) {
            assertThatThrownBy(() -> read("orders", "orders", channel))
                    .as("orders reads " + channel)
                    .isInstanceOf(TopicAuthorizationException.class);
        }
        // fork: end
        assertThatThrownBy(() -> read("orders", "of-another", "transactions"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    // fork: analytics
    @Test
    void only_analytics_uses_its_internal_topics_and_transactions() {
        assertThatCode(() -> send("analytics", "analytics-events-changelog")).doesNotThrowAnyException();
        assertThatCode(() -> beginTransactions("analytics", "analytics-1")).doesNotThrowAnyException();
        assertThatThrownBy(() -> send("orders", "analytics-events-changelog"))
                .hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> beginTransactions("orders", "analytics-1"))
                .isInstanceOf(TransactionalIdAuthorizationException.class);
    }
    // fork: end

    @Test
    void a_program_of_the_user_reads_channels_in_a_group_of_its_own_and_counts_on_the_ledger() {
        assertThatCode(() -> read("consumer", "unknown-java", "clicks")).doesNotThrowAnyException();
        assertThatCode(() -> send("consumer", "ledger")).doesNotThrowAnyException();

        assertThatThrownBy(() -> send("consumer", "clicks")).hasCauseInstanceOf(TopicAuthorizationException.class);
        assertThatThrownBy(() -> read("consumer", "orders", "transactions"))
                .isInstanceOf(GroupAuthorizationException.class);
        assertThatThrownBy(() -> read("consumer", "orders-g2", "transactions"))
                .isInstanceOf(GroupAuthorizationException.class);
    }

    @Test
    void an_identity_stays_the_same() {
        assertThat(platform.ownIdentities())
                .isEqualTo(platform.ownIdentities())
                .hasSize(2 * KafkaIdentities.processes().size());
    }

    private static void send(String process, String channel) throws ExecutionException, InterruptedException {
        try (var producer = new KafkaProducer<String, String>(client(process, process))) {
            producer.send(new ProducerRecord<>(platform.topic(channel), "key", "value"))
                    .get();
        }
    }

    private static void read(String process, String group, String channel) {
        try (var consumer = new KafkaConsumer<String, String>(client(process, group))) {
            consumer.subscribe(List.of(platform.topic(channel)));
            var end = System.nanoTime() + ANSWERED_WITHIN.toNanos();
            while (consumer.assignment().isEmpty()) {
                consumer.poll(Duration.ofMillis(100));
                assertThat(System.nanoTime()).as("the group forms").isLessThan(end);
            }
        }
    }

    // fork: analytics
    private static void beginTransactions(String process, String id) {
        var client = client(process, process);
        client.put("transactional.id", platform.topic(id));
        try (var producer = new KafkaProducer<String, String>(client)) {
            producer.initTransactions();
        }
    }
    // fork: end

    private static Map<String, Object> client(String process, String group) {
        var own = new HashMap<>(vars);
        for (var name : List.of("KAFKA_CLIENT_CERT", "KAFKA_CLIENT_CERT_KEY")) {
            own.put(name, vars.get(process.toUpperCase(Locale.ROOT) + "_" + name));
        }
        var client = PlainKafkaClient.client(own);
        client.put("group.id", platform.topic(group));
        return client;
    }
}
