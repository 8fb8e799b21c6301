package millrace.replay;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import millrace.replay.Comparison.Difference;
import millrace.replay.Comparison.Part;

/** Compares tables of two schemas, row by row in the order of their keys, both in one snapshot. Memory does not grow with them. */
final class TableComparison {
    /** More are counted and not kept: the generations are no moment apart, and nothing is looked at again. */
    static final int MOST_KEPT = 10_000;

    private static final int LOOKS = 10;
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final Sql sql;
    private final String live;
    private final String shadow;
    private final Digests digests = new Digests();
    private final List<Difference> differences = new ArrayList<>();

    TableComparison(Sql sql, String live, String shadow) {
        this.sql = sql;
        this.live = live;
        this.shadow = shadow;
    }

    /**
     * What is compared of a table.
     *
     * @param key a column of text with an index
     * @param number a column of numbers that counts the rows of one key, the next of that index; empty where a key has one row
     */
    record Table(String name, String key, Optional<String> number, List<String> columns) {
        Table(String name, String key, List<String> columns) {
            this(name, key, Optional.empty(), columns);
        }

        String row() {
            return "ROW(" + key + ", " + String.join(", ", columns) + ")::text";
        }
    }

    /** To be called once. */
    Comparison compare(List<Table> tables) {
        var parts = snapshot(connection -> {
            var counted = new ArrayList<Part>();
            for (var table : tables) {
                counted.add(compare(connection, table));
            }
            return counted;
        });
        var different = parts.stream().mapToLong(Part::different).sum();
        var left = different > MOST_KEPT ? differences : settled(tables);
        var counted = different > MOST_KEPT ? parts : moved(parts, left);
        if (left.isEmpty()) {
            var common = digests.common();
            return new Comparison(counted, left, common, common);
        }
        return new Comparison(counted, left, digests.live(), digests.shadow());
    }

    private Part compare(Connection connection, Table table) throws SQLException {
        digests.begin(table.name());
        var equal = 0L;
        var different = 0L;
        try (var one = new Rows(connection, live, table);
                var other = new Rows(connection, shadow, table)) {
            while (one.isThere() || other.isThere()) {
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
        return new Part(table.name(), equal, 0, different);
    }

    /** @param one {@code null} where the live generation has no such row; the other likewise */
    private void differ(Table table, Rows one, Rows other) throws SQLException {
        var key = (one != null ? one : other).name();
        var text = one == null ? null : one.text();
        var otherText = other == null ? null : other.text();
        if (text != null) {
            digests.live(text);
        }
        if (otherText != null) {
            digests.shadow(otherText);
        }
        if (differences.size() < MOST_KEPT) {
            differences.add(new Difference(table.name(), key, text, otherText));
        }
    }

    /** Without the keys that one generation had a moment before the other. */
    private List<Difference> settled(List<Table> tables) {
        var left = List.copyOf(differences);
        for (var look = 0; look < LOOKS && !left.isEmpty(); look++) {
            Pause.of(BETWEEN_LOOKS);
            left = again(tables, left);
        }
        return left;
    }

    private List<Difference> again(List<Table> tables, List<Difference> before) {
        return snapshot(connection -> {
            var left = new ArrayList<Difference>();
            for (var difference : before) {
                var table = tables.stream()
                        .filter(named -> named.name().equals(difference.what()))
                        .findFirst()
                        .orElseThrow();
                var one = Rows.one(connection, live, table, difference.key());
                var other = Rows.one(connection, shadow, table, difference.key());
                if (!one.equals(other)) {
                    left.add(new Difference(table.name(), difference.key(), one.orElse(null), other.orElse(null)));
                }
            }
            return left;
        });
    }

    private <T> T snapshot(Sql.Work<T> work) {
        return sql.transaction(connection -> {
            Sql.update(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
            return work.in(connection);
        });
    }

    private static List<Part> moved(List<Part> parts, List<Difference> left) {
        return parts.stream()
                .map(part -> {
                    var stay = left.stream()
                            .filter(difference -> difference.what().equals(part.what()))
                            .count();
                    return new Part(part.what(), part.equal(), part.different() - stay, stay);
                })
                .toList();
    }
}
