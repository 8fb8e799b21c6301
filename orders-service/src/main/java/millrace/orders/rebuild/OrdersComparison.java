package millrace.orders.rebuild;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;

import java.security.MessageDigest;
import java.sql.Array;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import millrace.events.Sha256;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationComparison.Difference;
import millrace.generation.GenerationComparison.Subtotal;
import millrace.generation.Pause;
import millrace.generation.PlatformDatabase;

/**
 * Compares the tables of two generations of orders in the database, all in one snapshot: a {@code FULL JOIN} of the hashes
 * of their rows. A column counts unless it is left out: clock times of processes, what people tried with dead letters, and
 * what the database numbers or computes.
 */
final class OrdersComparison {
    /**
     * Differences beyond this number are counted and not kept. So many mean that the generations are more than a moment
     * apart, so no key is checked again.
     */
    private static final int MAX_DIFFERENCES = 10_000;

    private static final int RECHECKS = 10;

    private static final String COLUMNS = """
            SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
            WHERE table_schema = ? AND table_name = ? AND column_name <> ? AND column_name <> ALL (?)
              AND is_identity = 'NO' AND is_generated = 'NEVER'""";

    /**
     * Rows of one generation. The row with the names of its columns is computed only where it is selected, which is where
     * rows differ.
     */
    private static final String ROWS = """
            SELECT %2$s AS key, %3$s AS number, ROW(%2$s, %4$s)::text AS text,
                   (SELECT to_jsonb(named) FROM (SELECT %2$s, %4$s) AS named)::text AS json FROM %1$s""";

    private static final String OF_KEYS = " WHERE %s = ANY (?)";

    /** Rows of both generations side by side, each with its hash. */
    private static final String JOINED = """
            (SELECT key, number, live.json AS live_json, shadow.json AS shadow_json,
                    sha256(convert_to(live.text, 'UTF8')) AS live, sha256(convert_to(shadow.text, 'UTF8')) AS shadow
             FROM (%s) AS live FULL JOIN (%s) AS shadow USING (key, number)) AS joined""";

    /**
     * Counts and digests. The rows are hashed in the order of their keys, in a thousand buckets by key, so that the memory
     * of the database does not grow with the table.
     */
    private static final String TOTALS = """
            SELECT sum(equal), sum(different), sha256(string_agg(common, '' ORDER BY bucket)),
                   sha256(string_agg(live, '' ORDER BY bucket)), sha256(string_agg(shadow, '' ORDER BY bucket))
            FROM (SELECT hashtext(key) & 1023 AS bucket,
                         count(*) FILTER (WHERE live IS NOT DISTINCT FROM shadow) AS equal,
                         count(*) FILTER (WHERE live IS DISTINCT FROM shadow) AS different,
                         sha256(coalesce(string_agg(live, '' ORDER BY key, number) FILTER (WHERE live = shadow), '')) AS common,
                         sha256(coalesce(string_agg(live, '' ORDER BY key, number), '')) AS live,
                         sha256(coalesce(string_agg(shadow, '' ORDER BY key, number), '')) AS shadow
                  FROM %s GROUP BY 1) AS buckets""";

    private static final String DIFFERENCES = """
            SELECT %s, live_json, shadow_json FROM %s WHERE live IS DISTINCT FROM shadow
            ORDER BY key, number LIMIT 10000""";

    private final PlatformDatabase database;
    private final String live;
    private final String shadow;
    private final Duration betweenRechecks;
    private final MessageDigest common = Sha256.newDigest();
    private final MessageDigest ofLive = Sha256.newDigest();
    private final MessageDigest ofShadow = Sha256.newDigest();

    OrdersComparison(PlatformDatabase database, String live, String shadow, Duration betweenRechecks) {
        this.database = database;
        this.live = live;
        this.shadow = shadow;
        this.betweenRechecks = betweenRechecks;
    }

    private List<Table> tables(Connection connection) throws SQLException {
        return List.of(
                table(connection, "orders", "id", "0"),
                table(connection, "history", "order_id", "version", "kept_at"),
                table(connection, "dead_letters", "id", "0", "attempts", "history", "received_at", "resolved_at"));
    }

    private Table table(Connection connection, String name, String key, String number, String... leftOut)
            throws SQLException {
        try (var query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, live);
            query.setString(2, name);
            query.setString(3, key);
            query.setArray(4, connection.createArrayOf("text", leftOut));
            var row = query.executeQuery();
            row.next();
            return new Table(name, key, number, row.getString(1));
        }
    }

    /**
     * A table to compare.
     *
     * @param key column of text with an index, in the collation {@code "C"}
     * @param number column that counts the rows of one key; {@code "0"} where a key has one row
     * @param columns the other columns, separated by commas
     */
    private record Table(String name, String key, String number, String columns) {
        String joined(String live, String shadow) {
            return JOINED.formatted(rows(live), rows(shadow));
        }

        String joinedOfKeys(String live, String shadow) {
            var ofKeys = OF_KEYS.formatted(key);
            return JOINED.formatted(rows(live) + ofKeys, rows(shadow) + ofKeys);
        }

        private String rows(String schema) {
            return ROWS.formatted(schema + "." + name, key, number, columns);
        }

        /** Expression of a row's name: its key, followed by its number if a key has several rows. */
        String rowName() {
            return number.equals("0") ? "key" : "key || ' ' || number";
        }
    }

    /** Compares the tables. An instance compares once. */
    GenerationComparison compare() {
        var differences = new ArrayList<Difference>();
        var parts = snapshot(connection -> {
            var counted = new ArrayList<Subtotal>();
            for (var table : tables(connection)) {
                counted.add(totals(connection, table));
                if (counted.getLast().different() > 0) {
                    differences.addAll(differences(connection, table, table.joined(live, shadow)));
                }
            }
            return List.copyOf(counted);
        });
        if (parts.stream().mapToLong(Subtotal::different).sum() <= MAX_DIFFERENCES) {
            recheck(differences);
            parts = parts.stream().map(part -> settled(part, differences)).toList();
        }
        var equal = HexFormat.of().formatHex(common.digest());
        return differences.isEmpty()
                ? new GenerationComparison(parts, List.of(), equal, equal)
                : new GenerationComparison(
                        parts,
                        List.copyOf(differences),
                        HexFormat.of().formatHex(ofLive.digest()),
                        HexFormat.of().formatHex(ofShadow.digest()));
    }

    private Subtotal totals(Connection connection, Table table) throws SQLException {
        try (var query = connection.prepareStatement(TOTALS.formatted(table.joined(live, shadow)))) {
            var row = query.executeQuery();
            row.next();
            var i = 3;
            for (var digest : List.of(common, ofLive, ofShadow)) {
                digest.update(table.name().getBytes(UTF_8));
                var rows = row.getBytes(i++);
                digest.update(rows == null ? new byte[0] : rows); // A table without rows has no bucket.
            }
            return new Subtotal(table.name(), row.getLong(1), 0, row.getLong(2));
        }
    }

    /** @param keys parameters of the joined rows */
    private static List<Difference> differences(Connection connection, Table table, String joined, Array... keys)
            throws SQLException {
        try (var query = connection.prepareStatement(DIFFERENCES.formatted(table.rowName(), joined))) {
            for (var i = 0; i < keys.length; i++) {
                query.setArray(i + 1, keys[i]);
            }
            var found = new ArrayList<Difference>();
            var rows = query.executeQuery();
            while (rows.next()) {
                found.add(new Difference(table.name(), rows.getString(1), rows.getString(2), rows.getString(3)));
            }
            return found;
        }
    }

    /** Retains the differences that remain after ten rechecks. */
    private void recheck(List<Difference> differences) {
        for (var round = 0; round < RECHECKS && !differences.isEmpty(); round++) {
            Pause.of(betweenRechecks);
            var before = List.copyOf(differences);
            differences.clear();
            differences.addAll(snapshot(connection -> {
                var left = new ArrayList<Difference>();
                for (var table : tables(connection)) {
                    left.addAll(recheck(connection, table, before));
                }
                return left;
            }));
        }
    }

    private List<Difference> recheck(Connection connection, Table table, List<Difference> before) throws SQLException {
        var names = before.stream()
                .filter(difference -> difference.what().equals(table.name()))
                .map(Difference::key)
                .collect(toSet());
        if (names.isEmpty()) {
            return List.of();
        }
        var keys = connection.createArrayOf(
                "text",
                names.stream()
                        .map(name -> table.number().equals("0") ? name : name.substring(0, name.lastIndexOf(' ')))
                        .distinct()
                        .toArray());
        return differences(connection, table, table.joinedOfKeys(live, shadow), keys, keys).stream()
                .filter(difference -> names.contains(difference.key()))
                .toList();
    }

    private <T> T snapshot(PlatformDatabase.Work<T> work) {
        return database.transaction(connection -> {
            PlatformDatabase.update(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return work.in(connection);
        });
    }

    private static Subtotal settled(Subtotal part, List<Difference> left) {
        var stay = left.stream()
                .filter(difference -> difference.what().equals(part.what()))
                .count();
        return new Subtotal(part.what(), part.equal(), part.different() - stay, stay);
    }
}
