package millrace.template;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.events.GenerationNames;
import millrace.events.Sha256;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.GenerationComparison.Subtotal;
import millrace.generation.GenerationResources;
import millrace.generation.PlatformDatabase;
import millrace.generation.Rebuildable;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.postgresql.Driver;

/** Generations of the consumer: each has its own schema and group. Effects of a shadow wait in its schema. */
final class TemplateRebuild implements Rebuildable {
    /** Name of the process in the Procfile, of the first schema, and of the consumer group. */
    static final String PROCESS = "template";

    private static final int MOST_DIFFERENCES = 1_000;
    private static final int ROWS_AT_ONCE = 1_000;

    /**
     * Keys of two generations, %1$s and %2$s, that have no record behind the place that both have reached: one of them
     * may have read further.
     */
    private static final String COMPARED = """
            WITH reached AS (
                SELECT partition, least(live.next_offset, shadow.next_offset) AS next_offset
                FROM %1$s.positions AS live JOIN %2$s.positions AS shadow USING (partition))
            SELECT partition, key, live.records AS live, shadow.records AS shadow
            FROM %1$s.key_counts AS live FULL JOIN %2$s.key_counts AS shadow USING (partition, key)
                 JOIN reached USING (partition)
            WHERE greatest(live.last_offset, shadow.last_offset) < reached.next_offset
            ORDER BY partition, key""";

    private static final String DELETE_PUBLISHED = """
            DELETE FROM %2$s.pending_effects AS pending USING %1$s.positions AS live
            WHERE pending.partition = live.partition AND pending."offset" < live.next_offset""";

    private static final String TAKE_OVER = """
            WITH taken AS (DELETE FROM %1$s.pending_effects RETURNING *)
            INSERT INTO %2$s.pending_effects SELECT * FROM taken""";

    private final PaasSettings settings;
    private final PlatformDatabase database;

    TemplateRebuild(PaasSettings settings) {
        this.settings = settings;
        this.database = new PlatformDatabase(settings.database().orElseThrow());
    }

    /** Loads the driver by its name: the class loader of Quarkus need not offer it as a service. */
    static TemplateRebuild ofEnvironment() {
        if (!Driver.isRegistered()) {
            throw new IllegalStateException("The driver of PostgreSQL registers itself when its class is loaded.");
        }
        return new TemplateRebuild(PaasSettings.from(System.getenv(), Set.of(Need.KAFKA, Need.DATABASE)));
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        var channel = TemplateConsumer.READS;
        var vars = new HashMap<String, String>();
        if (rate > 0) {
            vars.put("MILLRACE_REPLAY_RATE", Integer.toString(rate));
            vars.put("MP_MESSAGING_INCOMING_INPUT_MAX_POLL_RECORDS", Integer.toString(Math.min(rate, 100)));
        }
        if (inputs.containsKey(channel)) {
            vars.put("MP_MESSAGING_INCOMING_INPUT_TOPIC", settings.prefix() + inputs.get(channel));
        }
        var group = PROCESS + new GenerationNames(generation).suffix();
        return new GenerationResources(group, List.of(channel), schema(generation), null, vars, 0);
    }

    @Override
    public void create(int generation) {
        database.run("UPDATE %s.takeover SET fenced = false".formatted(schema(generation)));
    }

    @Override
    public void progress(int live, int shadow) {
        database.run(DELETE_PUBLISHED.formatted(schema(live), schema(shadow)));
    }

    /** Compares rows as they are at one moment. The digest is over all that are compared. */
    @Override
    public GenerationComparison compare(int live, int shadow) {
        return database.transaction(connection -> compare(connection, schema(live), schema(shadow)));
    }

    private static GenerationComparison compare(Connection connection, String live, String shadow) throws SQLException {
        var differences = new ArrayList<Difference>();
        var digests = List.of(Sha256.newDigest(), Sha256.newDigest());
        var equal = 0L;
        var different = 0L;
        try (var query = connection.prepareStatement(COMPARED.formatted(live, shadow))) {
            query.setFetchSize(ROWS_AT_ONCE);
            try (var row = query.executeQuery()) {
                while (row.next()) {
                    update(digests.get(0), row, "live");
                    update(digests.get(1), row, "shadow");
                    if (row.getLong("live") == row.getLong("shadow")) {
                        equal++;
                    } else if (different++ < MOST_DIFFERENCES) {
                        differences.add(difference(row));
                    }
                }
            }
        }
        var hex = HexFormat.of();
        return new GenerationComparison(
                List.of(new Subtotal("keys", equal, 0, different)),
                differences,
                hex.formatHex(digests.get(0).digest()),
                hex.formatHex(digests.get(1).digest()));
    }

    private static Difference difference(ResultSet row) throws SQLException {
        var key = row.getInt("partition") + "/" + new String(row.getBytes("key"), UTF_8);
        return new Difference("keys", key, row.getString("live"), row.getString("shadow"));
    }

    private static void update(MessageDigest digest, ResultSet row, String generation) throws SQLException {
        var records = row.getLong(generation);
        if (records > 0) {
            var key = row.getBytes("key");
            digest.update(ByteBuffer.allocate(16)
                    .putInt(row.getInt("partition"))
                    .putInt(key.length)
                    .putLong(records)
                    .array());
            digest.update(key);
        }
    }

    @Override
    public boolean fenced(int old, int successor) {
        var rows = "SELECT count(*) FROM %s.takeover WHERE fenced".formatted(schema(old));
        return database.queryLong(rows) > 0;
    }

    /** Effects that the old generation has not published are left to the successor, in the same transaction. */
    @Override
    public String fence(int old, int successor) {
        if (!fenced(old, successor)) {
            database.run(
                    "UPDATE %s.takeover SET fenced = true".formatted(schema(old)),
                    DELETE_PUBLISHED.formatted(schema(old), schema(successor)),
                    TAKE_OVER.formatted(schema(old), schema(successor)));
        }
        var pending = database.queryLong("SELECT count(*) FROM %s.pending_effects".formatted(schema(successor)));
        return "%d effects are left to generation %d.".formatted(pending, successor);
    }

    static String schema(int generation) {
        return PROCESS + new GenerationNames(generation).schemaSuffix();
    }
}
