package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("platform")
class RestartTest {
    @Test
    void a_restart_keeps_the_data_and_the_config_vars(@TempDir Path directory) throws Exception {
        Map<String, String> configVars;
        List<ManagedServer> servers;
        try (var platform = Platform.start(directory);
                var producer = new KafkaProducer<String, String>(PlainKafkaClient.client(platform.configVars()));
                var database = DriverManager.getConnection(platform.jdbcUrl())) {
            configVars = platform.configVars();
            servers = platform.servers();
            producer.send(new ProducerRecord<>(platform.topic("orders"), "kept"))
                    .get();
            database.createStatement().execute("CREATE TABLE kept ()");

            assertThatThrownBy(() -> Platform.start(directory))
                    .hasMessageContaining("is running already, as process "
                            + ProcessHandle.current().pid());
        }
        assertThat(servers).noneMatch(server -> server.process().isAlive());

        try (var again = Platform.start(directory);
                var consumer = new KafkaConsumer<String, String>(PlainKafkaClient.client(configVars));
                var database = DriverManager.getConnection(again.jdbcUrl())) {
            assertThat(again.configVars()).isEqualTo(configVars);
            consumer.subscribe(List.of(again.topic("orders")));
            assertThat(consumer.poll(Duration.ofSeconds(20)).count()).isOne();
            database.createStatement().execute("DROP TABLE kept");
        }
    }
}
