package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.replay.GenerationComparison.Difference;
import millrace.replay.GenerationComparison.Subtotal;

/**
 * Compares tables of two schemas row by row in the order of their keys, both in one snapshot. Memory is bounded: it
 * does not grow with the tables.
 */
final class TableComparison {
    /**
     * Differences beyond this number are counted and not kept. So many mean that the generations are more than a moment
     * apart, so no key is checked again.
     */
    static final int MAX_DIFFERENCES = 10_000;

    private static final int RECHECKS = 10;
    private static final Duration BETWEEN_RECHECKS = Duration.ofSeconds(1);

    private final PlatformDatabase database;
    private final String live;
    private final String shadow;
    private final GenerationDigests digests = new GenerationDigests();
    private final List<Difference> differences = new ArrayList<>();

    TableComparison(PlatformDatabase database, String live, String shadow) {
        this.database = database;
        this.live = live;
        this.shadow = shadow;
    }

    /**
     * A table to compare.
     *
     * @param key a column of text with an index
     * @param number a column of numbers that counts the rows of one key, the next of that index; empty where a key has
     * one row
     */
    record Table(String name, String key, Optional<String> number, List<String> columns) {
        Table(String name, String key, List<String> columns) {
            this(name, key, Optional.empty(), columns);
        }

        String row() {
            return "ROW(" + key + ", " + String.join(", ", columns) + ")::text";
        }
    }

    /** Compares the tables. An instance compares once. */
    GenerationComparison compare(List<Table> tables) {
        var parts = snapshot(connection -> {
            var counted = new ArrayList<Subtotal>();
            for (var table : tables) {
                counted.add(compare(connection, table));
            }
            return counted;
        });
        var different = parts.stream().mapToLong(Subtotal::different).sum();
        var left = different > MAX_DIFFERENCES ? differences : settled(tables);
        var counted = different > MAX_DIFFERENCES ? parts : moved(parts, left);
        if (left.isEmpty()) {
            var common = digests.common();
            return new GenerationComparison(counted, left, common, common);
        }
        return new GenerationComparison(counted, left, digests.live(), digests.shadow());
    }

    private Subtotal compare(Connection connection, Table table) throws SQLException {
        digests.begin(table.name());
        var equal = 0L;
        var different = 0L;
        try (var one = new TableCursor(connection, live, table);
                var other = new TableCursor(connection, shadow, table)) {
            while (one.hasRow() || other.hasRow()) {
                int order = one.compareTo(other);
                if (order == 0 && one.text().equals(other.text())) {
                    digests.both(one.text());
                    equal++;
                } else {
                    differ(table, order <= 0 ? one : null, order >= 0 ? other : null);
                    different++;
                }
                one.advance(order <= 0);
                other.advance(order >= 0);
            }
        }
        return new Subtotal(table.name(), equal, 0, different);
    }

    /**
     * @param one {@code null} if the live generation has no such row
     * @param other {@code null} if the shadow has no such row
     */
    private void differ(Table table, TableCursor one, TableCursor other) throws SQLException {
        var key = (one != null ? one : other).name();
        var text = one == null ? null : one.text();
        var otherText = other == null ? null : other.text();
        if (text != null) {
            digests.live(text);
        }
        if (otherText != null) {
            digests.shadow(otherText);
        }
        if (differences.size() < MAX_DIFFERENCES) {
            differences.add(new Difference(table.name(), key, text, otherText));
        }
    }

    /** Returns the differences that remain after ten rechecks, a second apart. */
    private List<Difference> settled(List<Table> tables) {
        var left = List.copyOf(differences);
        for (var recheck = 0; recheck < RECHECKS && !left.isEmpty(); recheck++) {
            Pause.of(BETWEEN_RECHECKS);
            left = recheck(tables, left);
        }
        return left;
    }

    private List<Difference> recheck(List<Table> tables, List<Difference> before) {
        return snapshot(connection -> {
            var left = new ArrayList<Difference>();
            for (var difference : before) {
                var table = tables.stream()
                        .filter(named -> named.name().equals(difference.what()))
                        .findFirst()
                        .orElseThrow();
                var one = TableCursor.find(connection, live, table, difference.key());
                var other = TableCursor.find(connection, shadow, table, difference.key());
                if (!one.equals(other)) {
                    left.add(new Difference(table.name(), difference.key(), one.orElse(null), other.orElse(null)));
                }
            }
            return left;
        });
    }

    private <T> T snapshot(PlatformDatabase.Work<T> work) {
        return database.transaction(connection -> {
            PlatformDatabase.update(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return work.in(connection);
        });
    }

    private static List<Subtotal> moved(List<Subtotal> parts, List<Difference> left) {
        return parts.stream()
                .map(part -> {
                    var stay = left.stream()
                            .filter(difference -> difference.what().equals(part.what()))
                            .count();
                    return new Subtotal(part.what(), part.equal(), part.different() - stay, stay);
                })
                .toList();
    }
}
