package millrace.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.stream.Stream;
import millrace.local.Platform;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs as the role of the service and as the owner of the tables, which is the only role of the PaaS's small plans. */
@QuarkusTest
@WithTestResource(value = AuditPlatformResource.class, scope = TestResourceScope.RESTRICTED_TO_CLASS)
@Tag("platform")
@Tag("long")
class AppendOnlyTest {
    private static final List<String> TABLES =
            List.of("records", "breaks", "segments", "log_nodes", "checkpoints", "retention", "dropped");

    Platform platform;

    private ArchiveDatabase owner;
    private ArchiveDatabase service;

    @BeforeEach
    void insert() throws SQLException {
        owner = new ArchiveDatabase(platform.jdbcUrl());
        service = ServiceRole.of(platform).archived();
        service.sql("SELECT audit.provide_month(date_trunc('month', current_date)::date)");
        service.sql("INSERT INTO audit.records SELECT date_trunc('month', current_date), 'other', 0, 0, 1, 0, NULL,"
                + " gen_random_uuid(), 0, '', '{}', '{}' ON CONFLICT DO NOTHING");
        service.sql("INSERT INTO audit.breaks VALUES ('other', 0, 1, 1, 'gap', 0, 0, gen_random_uuid(), 0)"
                + " ON CONFLICT DO NOTHING");
        service.sql(
                "INSERT INTO audit.segments VALUES (0, 'other', 0, 0, 1, gen_random_uuid(), 0, 1, 0, 0, '', 0, 0, '')"
                        + " ON CONFLICT DO NOTHING");
        service.sql("INSERT INTO audit.log_nodes VALUES (0, 0, '') ON CONFLICT DO NOTHING");
        service.sql("INSERT INTO audit.checkpoints VALUES (1, 0, '') ON CONFLICT DO NOTHING");
        owner.sql("INSERT INTO audit.dropped VALUES ('2000-01-01', 'other', 0, 0, 1, 1) ON CONFLICT DO NOTHING");
    }

    static Stream<String> changes() {
        return Stream.concat(TABLES.stream(), Stream.of("month")).flatMap(AppendOnlyTest::changes);
    }

    private static Stream<String> changes(String table) {
        var column = switch (table) {
            case "retention" -> "since = now()";
            case "month" -> "seq = 0";
            case "log_nodes" -> "number = 7";
            case "checkpoints" -> "note = 'another'";
            default -> "channel = ''";
        };
        return Stream.of("UPDATE audit.%s SET " + column, "DELETE FROM audit.%s", "TRUNCATE audit.%s")
                .map(change -> change.formatted(table));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void what_is_kept_stays_as_it_is_for_its_owner_too(String change) {
        var onMonth = ofThisMonth(change);
        assertThatThrownBy(() -> owner.sql(onMonth)).hasMessageContaining("permission denied");
        assertThatThrownBy(() -> owner.sql("GRANT ALL ON ALL TABLES IN SCHEMA audit TO CURRENT_USER; " + onMonth))
                .hasMessageContaining("is refused: it is append-only");
        for (var trick : List.of("SET session_replication_role = replica; ", "SET ROLE postgres; ")) {
            assertThatThrownBy(() -> owner.sql(trick)).hasMessageContaining("permission denied");
        }
    }

    @ParameterizedTest
    @MethodSource("changes")
    void the_service_may_not_even_ask(String change) {
        assertThatThrownBy(() -> service.sql(ofThisMonth(change))).hasMessageContaining("permission denied");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER TABLE audit.records DISABLE TRIGGER append_only",
                "ALTER TABLE audit.records ADD COLUMN more text",
                "ALTER TABLE audit.records DETACH PARTITION audit.month",
                "ALTER TABLE audit.month DISABLE TRIGGER ALL",
                "DROP TABLE audit.month",
                "DROP TRIGGER append_only ON audit.breaks",
                "CREATE RULE quiet AS ON INSERT TO audit.records DO INSTEAD NOTHING",
                "CREATE OR REPLACE FUNCTION audit.refuse() RETURNS trigger LANGUAGE sql AS ''",
                "CREATE TABLE audit.records_2000_01 ()",
                "SET session_replication_role = replica",
                "SET ROLE the_owner",
                "GRANT UPDATE ON audit.records TO CURRENT_USER; UPDATE audit.records SET seq = 0",
                "INSERT INTO audit.retention (keep) VALUES ('1 month')",
                "INSERT INTO audit.dropped VALUES ('2000-02-01', 'other', 0, 0, 1, 1)",
                "DELETE FROM audit.positions",
                "TRUNCATE audit.positions"
            })
    void the_service_has_no_way_around(String trick) {
        assertThatThrownBy(() -> service.sql(ofThisMonth(trick)))
                .message()
                .containsAnyOf("permission denied", "must be owner");
    }

    @Test
    void the_service_drops_no_month_that_the_release_did_not_say() throws SQLException {
        assertThat(service.sql("SELECT audit.drop_months()")).isEqualTo("0");
        assertThatThrownBy(() -> service.sql("SELECT audit.provide_month('2001-01-01')"))
                .hasMessageContaining("2001-01-01 is not the first day of a month that anything can be archived in");
    }

    private String ofThisMonth(String statement) {
        var month = LocalDate.now(ZoneOffset.UTC).format(DateTimeFormatter.ofPattern("yyyy_MM"));
        return statement
                .replace("audit.month", "audit.records_" + month)
                .replace("the_owner", ServiceRole.of(platform).database().name());
    }
}
