package millrace.audit;

import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import millrace.audit.seal.MasterKey;
import millrace.audit.seal.RecordCoordinates;
import millrace.audit.seal.Seal;
import millrace.audit.seal.SubjectKey;
import millrace.audit.seal.SubjectKeys;
import millrace.events.Json;

/** Reads the tables of the archive without the service, and the status that the service answers. */
public record ArchiveDatabase(String jdbcUrl, String user, String password) {
    public static final Duration SOON = Duration.ofSeconds(60);

    /** Connects as the owner of the tables. */
    public ArchiveDatabase(String jdbcUrl) {
        this(jdbcUrl, null, null);
    }

    static List<PartitionStatus> status(String channel) throws IOException {
        var answer =
                given().header("Authorization", AuditPlatformResource.READER).get("/audit/status");
        var rows = Json.MAPPER.readValue(answer.asString(), PartitionStatus[].class);
        return Stream.of(rows).filter(row -> row.channel().equals(channel)).toList();
    }

    /** The records of a channel, by partition and offset. */
    List<StoredRecord> records(String channel) throws SQLException {
        var select = "SELECT * FROM audit.records WHERE channel = '%s' ORDER BY partition, record_offset";
        var subjects = "SELECT DISTINCT subject FROM audit.records WHERE subject IS NOT NULL AND channel = '%s'";
        try (var database = connect()) {
            var keys = keys(database, subjects.formatted(channel));
            var rows = database.createStatement().executeQuery(select.formatted(channel));
            var kept = new ArrayList<StoredRecord>();
            while (rows.next()) {
                kept.add(StoredRecord.of(rows, decrypt(rows, keys)));
            }
            return kept;
        }
    }

    private static Map<Long, SubjectKey> keys(Connection database, String select) throws SQLException {
        var subjects = new ArrayList<Long>();
        var rows = database.createStatement().executeQuery(select);
        while (rows.next()) {
            subjects.add(rows.getLong(1));
        }
        return new SubjectKeys(MasterKey.of(AuditPlatformResource.MASTER_KEY, Optional.empty())).of(database, subjects);
    }

    /** Decrypts a row; one whose key was created after the keys were read is decrypted at the next attempt. */
    private static byte[] decrypt(ResultSet row, Map<Long, SubjectKey> keys) throws SQLException {
        var coordinates = new RecordCoordinates(
                row.getString("channel"), row.getInt("partition"), row.getInt("life"), row.getLong("record_offset"));
        var subject = row.getLong("subject");
        return row.wasNull()
                ? row.getBytes("value")
                : Seal.decrypt(row.getBytes("value"), coordinates, subject, Optional.ofNullable(keys.get(subject)))
                        .value();
    }

    /** Waits until each of the numbers from 0 is archived exactly once; values that are no numbers do not count. */
    void awaitNumbers(String channel, int numbers) {
        var all = IntStream.range(0, numbers).mapToObj(Integer::toString).toList();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(channel))
                        .extracting(record -> new String(record.value(), UTF_8))
                        .filteredOn(value -> value.matches("[0-9]+"))
                        .containsExactlyInAnyOrderElementsOf(all));
    }

    /** @return the first value of the result of the last statement; {@code null} if it has none */
    public String sql(String statements) throws SQLException {
        try (var database = connect();
                var statement = database.createStatement()) {
            var isAnswer = statement.execute(statements);
            while (!isAnswer && statement.getUpdateCount() >= 0) {
                isAnswer = statement.getMoreResults();
            }
            var rows = statement.getResultSet();
            return rows != null && rows.next() ? rows.getString(1) : null;
        }
    }

    public Connection connect() throws SQLException {
        return user == null
                ? DriverManager.getConnection(jdbcUrl)
                : DriverManager.getConnection(jdbcUrl, user, password);
    }
}
