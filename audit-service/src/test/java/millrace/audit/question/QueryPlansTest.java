package millrace.audit.question;

import static millrace.audit.restore.ArchiveFixture.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.audit.AuditPlatformResource;
import millrace.audit.restore.ArchiveFixture;
import millrace.audit.table.ArchivedRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Query plans of PostgreSQL, among some thousand other records. */
@Tag("platform")
@Tag("long")
class QueryPlansTest {
    private static final String[] CHANNELS = {"clicks", "orders", "order-state", "transactions"};

    private static AuditPlatformResource resource;
    private static Connection database;

    @BeforeAll
    static void start() throws SQLException {
        resource = new AuditPlatformResource();
        resource.start();
        database = java.sql.DriverManager.getConnection(resource.platform().jdbcUrl() + "&currentSchema=audit");
        ArchiveFixture.insert(
                database,
                IntStream.range(0, 20_000).mapToObj(QueryPlansTest::some).toList());
        try (var statement = database.createStatement()) {
            statement.execute("ANALYZE audit.records");
        }
    }

    @AfterAll
    static void stop() throws SQLException {
        database.close();
        resource.stop();
    }

    static Stream<RecordFilter> questions() {
        return Stream.of(
                RecordFilter.order("k17", "prefix."),
                RecordFilter.customer(List.of(17L)),
                RecordFilter.trace("0000000000000000000000000000001f"),
                RecordFilter.state("k17", Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("questions")
    void no_question_reads_the_whole_archive(RecordFilter about) throws SQLException {
        assertThat(plan(RecordSelection.first(about, 100))).isNotEmpty().noneMatch(line -> line.contains("Seq Scan"));
    }

    @Test
    void a_page_far_behind_costs_no_more_than_the_first() throws SQLException {
        var about = RecordFilter.order("k17", "");
        var far =
                new RecordSelection(about, Long.MIN_VALUE, Long.MAX_VALUE, new PageCursor(19_000, "orders", 0, 0), 100);

        assertThat(plan(far)).noneMatch(line -> line.contains("Seq Scan"));
    }

    private static ArchivedRecord some(int n) {
        var row = row(CHANNELS[n % 4], 0, n, n, "k" + n % 1000, "{}");
        return new ArchivedRecord(
                row.channel(),
                row.partition(),
                row.seq(),
                row.life(),
                row.offset(),
                row.leaderEpoch(),
                row.topicId(),
                row.timestampMs(),
                row.timestampType(),
                row.headerNames(),
                row.headerValues(),
                row.key(),
                row.value(),
                (long) n % 500,
                new UUID(0, n));
    }

    private static List<String> plan(RecordSelection selection) throws SQLException {
        try (var select = selection.prepare(database, "EXPLAIN SELECT *");
                var rows = select.executeQuery()) {
            var lines = new ArrayList<String>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return lines;
        }
    }
}
