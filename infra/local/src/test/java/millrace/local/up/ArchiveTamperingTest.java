package millrace.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import millrace.local.DataDirectory;
import millrace.local.Platform;
import millrace.local.control.ControlException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.Driver;

/** Changes a record of the tables that the audit service makes. */
@Tag("platform")
@Tag("long")
class ArchiveTamperingTest {
    private static final Path TABLES =
            Path.of(System.getProperty("project.root"), "audit-service/src/main/resources/db/audit/V1__archive.sql");

    private static Platform platform;

    @TempDir
    private Path home;

    private Connection database;
    private DataDirectory directory;
    private ArchiveTampering tampering;

    @BeforeAll
    static void start(@TempDir Path folder) {
        platform = Platform.start(folder);
    }

    @AfterAll
    static void stop() {
        platform.close();
    }

    @BeforeEach
    void archive() throws Exception {
        database = new Driver().connect(platform.jdbcUrl(), new Properties());
        sql("DROP SCHEMA IF EXISTS audit CASCADE; CREATE SCHEMA audit; SET search_path = audit");
        sql(Files.readString(TABLES));
        sql("SELECT provide_month(date_trunc('month', current_date)::date)");
        for (var seq = 0; seq < 5; seq++) {
            insert("orders", seq, seq == 3 ? "NULL" : "'{\"totalCents\":4200,\"name\":\"x\"}'");
        }
        insert("clicks", 0, "'no number'");
        sql(
                "INSERT INTO segments SELECT 0, 'orders', 1, 0, 1, topic_id, 0, 4, 0, 4, '', 0, 0, '' FROM records LIMIT 1");
        sql(
                "INSERT INTO segments SELECT 1, 'clicks', 1, 0, 1, topic_id, 0, 1, 0, 1, '', 0, 0, '' FROM records LIMIT 1");
        directory = DataDirectory.open(home);
        tampering = new ArchiveTampering(directory, platform.jdbcUrl());
    }

    @AfterEach
    void close() throws SQLException {
        directory.close();
        sql("DROP SCHEMA audit CASCADE");
        database.close();
    }

    @Test
    void one_digit_of_the_value_is_changed_and_put_back_after_a_restart() throws SQLException {
        var changed = tampering.tamper("orders", Optional.of(1), Optional.of(2L));

        assertThat(changed.column()).isEqualTo("value");
        assertThat(value("orders", 2)).isEqualTo("{\"totalCents\":4201,\"name\":\"x\"}");
        assertThat(value("orders", 1)).isEqualTo("{\"totalCents\":4200,\"name\":\"x\"}");
        assertThatThrownBy(() -> tampering.tamper("orders", Optional.empty(), Optional.empty()))
                .isInstanceOf(ControlException.class)
                .hasMessageContaining("changed already");

        var restarted = new ArchiveTampering(directory, platform.jdbcUrl());
        assertThat(restarted.current()).contains(changed);
        restarted.restore();

        assertThat(value("orders", 2)).isEqualTo("{\"totalCents\":4200,\"name\":\"x\"}");
        assertThat(restarted.current()).isEmpty();
        assertThatThrownBy(restarted::restore).hasMessage("No record of the archive is changed.");
    }

    @Test
    void without_an_offset_it_is_the_last_record_that_is_signed() throws SQLException {
        var changed = tampering.tamper("orders", Optional.empty(), Optional.empty());

        assertThat(changed.seq()).isEqualTo(3);
        assertThat(changed.column()).isEqualTo("key");
        assertThatThrownBy(() -> new ArchiveTampering(directory, platform.jdbcUrl())
                        .tamper("nothing", Optional.empty(), Optional.empty()))
                .hasMessageContaining("changed already");
    }

    @Test
    void a_record_that_is_not_signed_is_left_alone() throws SQLException {
        assertThatThrownBy(() -> tampering.tamper("orders", Optional.of(1), Optional.of(4L)))
                .isInstanceOfSatisfying(
                        ControlException.class,
                        refused -> assertThat(refused.status()).isEqualTo(404));

        assertThat(tampering.current()).isEmpty();
    }

    @Test
    void a_value_without_a_digit_is_changed_in_the_middle() throws SQLException {
        tampering.tamper("clicks", Optional.empty(), Optional.empty());

        assertThat(value("clicks", 0)).isEqualTo("no ntmber");
    }

    @Test
    void the_archive_is_append_only_for_its_owner_again_afterwards() {
        tampering.tamper("orders", Optional.of(1), Optional.of(2L));

        assertThatThrownBy(() -> sql("UPDATE records SET value = NULL")).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> sql("GRANT UPDATE ON ALL TABLES IN SCHEMA audit TO CURRENT_USER;"
                        + "UPDATE records SET value = NULL"))
                .hasMessageContaining("append-only");
    }

    @Test
    void what_somebody_else_has_put_back_is_left_as_it_is() throws SQLException {
        tampering.tamper("orders", Optional.of(1), Optional.of(2L));
        sql(
                "GRANT UPDATE ON ALL TABLES IN SCHEMA audit TO CURRENT_USER; ALTER TABLE records DISABLE TRIGGER append_only;"
                        + "UPDATE records SET value = 'another 7 with all of its bytes' WHERE channel = 'orders' AND seq = 2");

        tampering.restore();

        assertThat(value("orders", 2)).isEqualTo("another 7 with all of its bytes");
    }

    private void insert(String channel, int seq, String value) throws SQLException {
        sql(("INSERT INTO records (month, channel, partition, seq, life, record_offset, topic_id, timestamp_ms,"
                        + " timestamp_type, header_names, header_values, key, value) VALUES (date_trunc('month',"
                        + " current_date), '%s', 1, %2$d, 1, %2$d, '00000000-0000-0000-0000-000000000001', 0,"
                        + " 'CreateTime', '{}', '{}', 'key-1', %3$s)")
                .formatted(channel, seq, value));
    }

    private String value(String channel, long seq) throws SQLException {
        try (var statement = database.createStatement();
                var rows = statement.executeQuery("SELECT convert_from(value, 'UTF8') FROM records WHERE channel = '"
                        + channel + "' AND seq = " + seq)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private void sql(String statements) throws SQLException {
        try (var statement = database.createStatement()) {
            statement.execute(statements);
        }
    }
}
