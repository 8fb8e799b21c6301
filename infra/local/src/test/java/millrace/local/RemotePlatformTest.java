package millrace.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import millrace.events.Catalogue;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Platforms on servers that are there: each is separate, and leaves nothing behind. */
@Tag("platform")
@Tag("embedded")
class RemotePlatformTest {
    private static Path folder;
    private static EmbeddedPlatform servers;

    @BeforeAll
    static void start(@TempDir Path directory) throws Exception {
        folder = directory;
        servers = EmbeddedPlatform.start(directory);
        try (var superuser = superuser()) {
            superuser.createStatement().execute("CREATE ROLE tester LOGIN CREATEDB CREATEROLE PASSWORD 'secret'");
        }
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    @Test
    void each_has_channels_and_a_database_of_its_own_and_removes_them() throws Exception {
        var topics = topics();
        var databases = databases();
        try (var one = RemotePlatform.start(environment(), new PlatformOptions());
                var other = RemotePlatform.start(environment(), new PlatformOptions())) {
            try (var connection = DriverManager.getConnection(one.jdbcUrl())) {
                connection.createStatement().execute("CREATE SCHEMA orders");
            }
            try (var connection = DriverManager.getConnection(other.jdbcUrl())) {
                connection.createStatement().execute("CREATE SCHEMA orders");
            }
            var clicks = List.of(one.topic("clicks"), other.topic("clicks"), servers.topic("clicks"));
            assertThat(clicks).doesNotHaveDuplicates();
            assertThat(topics())
                    .containsAll(clicks)
                    .hasSize(topics.size() + 2 * Catalogue.entries().size());
            assertThat(one.configVars()).containsEntry("KAFKA_PREFIX", one.topic(""));
        }

        assertThat(topics()).containsExactlyInAnyOrderElementsOf(topics);
        assertThat(databases()).isEqualTo(databases);
    }

    @Test
    void a_variable_that_is_missing_or_an_option_that_it_cannot_have_is_named() {
        var incomplete = environment();
        incomplete.remove("TEST_DATABASE_URL");
        assertThatThrownBy(() -> RemotePlatform.start(incomplete, new PlatformOptions()))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("each with TEST_ before its name")
                .hasMessageContaining("DATABASE_URL");

        var three = new PlatformOptions().brokers(3);
        assertThatThrownBy(() -> RemotePlatform.start(environment(), three))
                .isInstanceOf(StartException.class)
                .hasMessageContaining("number of brokers");
    }

    private static Map<String, String> environment() {
        var kafka = servers.kafkaClient();
        var database = servers.configVars().get("DATABASE_URL");
        var environment = new HashMap<String, String>();
        environment.put("TEST_KAFKA_URL", servers.configVars().get("KAFKA_URL"));
        environment.put("TEST_KAFKA_TRUSTED_CERT", (String) kafka.get("ssl.truststore.certificates"));
        environment.put("TEST_KAFKA_CLIENT_CERT", (String) kafka.get("ssl.keystore.certificate.chain"));
        environment.put("TEST_KAFKA_CLIENT_CERT_KEY", (String) kafka.get("ssl.keystore.key"));
        environment.put(
                "TEST_DATABASE_URL",
                database.replaceFirst("//.*@", "//tester:secret@").replaceFirst("/millrace", "/postgres"));
        return environment;
    }

    private static List<String> topics() throws Exception {
        try (var admin = Admin.create(servers.kafkaClient())) {
            return List.copyOf(admin.listTopics().names().get());
        }
    }

    /** Names of all databases and roles. */
    private static List<String> databases() throws Exception {
        var names = new ArrayList<String>();
        try (var superuser = superuser()) {
            var rows = superuser
                    .createStatement()
                    .executeQuery("SELECT datname FROM pg_database UNION ALL SELECT rolname FROM pg_roles ORDER BY 1");
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private static Connection superuser() throws Exception {
        var url = servers.jdbcUrl().replaceFirst("/millrace\\?.*", "/postgres");
        return DriverManager.getConnection(url, "postgres", Files.readString(folder.resolve("data/superuser")));
    }
}
