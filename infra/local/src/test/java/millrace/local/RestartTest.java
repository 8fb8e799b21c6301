package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
@Tag("embedded")
@Tag("long")
class RestartTest {
    @Test
    void a_restart_keeps_the_data_and_the_config_vars(@TempDir Path directory) throws Exception {
        Map<String, String> configVars;
        List<ManagedServer> servers;
        try (var platform = EmbeddedPlatform.start(directory);
                var producer = new KafkaProducer<String, String>(PlainKafkaClient.client(platform.configVars()));
                var database = DriverManager.getConnection(platform.jdbcUrl())) {
            configVars = platform.configVars();
            servers = platform.servers();
            producer.send(new ProducerRecord<>(platform.topic("orders"), "kept"))
                    .get();
            database.createStatement().execute("CREATE TABLE kept ()");

            assertThatThrownBy(() -> EmbeddedPlatform.start(directory))
                    .hasMessageContaining("is running already, as process "
                            + ProcessHandle.current().pid());
        }
        assertThat(servers).noneMatch(server -> server.process().isAlive());

        try (var again = EmbeddedPlatform.start(directory);
                var consumer = new KafkaConsumer<String, String>(PlainKafkaClient.client(configVars));
                var database = DriverManager.getConnection(again.jdbcUrl())) {
            assertThat(again.configVars()).isEqualTo(configVars);
            consumer.subscribe(List.of(again.topic("orders")));
            assertThat(consumer.poll(Duration.ofSeconds(60)).count()).isOne();
            database.createStatement().execute("DROP TABLE kept");
        }
    }

    @Test
    void transactions_are_denied_again_by_a_start_that_does_not_grant_them(@TempDir Path directory) {
        try (var platform = EmbeddedPlatform.start(directory, new PlatformOptions().transactions(true))) {
            beginTransactions(platform);
        }

        try (var again = EmbeddedPlatform.start(directory)) {
            assertThatThrownBy(() -> beginTransactions(again))
                    .isInstanceOf(TransactionalIdAuthorizationException.class);
        }
    }

    private static void beginTransactions(EmbeddedPlatform platform) {
        var client = new HashMap<>(PlainKafkaClient.client(platform.configVars()));
        client.put("transactional.id", "orders-1");
        try (var producer = new KafkaProducer<String, String>(client)) {
            producer.initTransactions();
        }
    }
}
