package millrace.analytics.engine;

import org.apache.kafka.common.serialization.Serde;

/**
 * Describes a table of a {@link TaskState}.
 *
 * @param id of the table in its store; printable ASCII, so that it is one byte of each key
 * @param name tells the table from another one that was given its id
 * @param value format of the rows
 * @param emission whether changes of rows are passed on once they are committed
 * @param cached number of unchanged rows that are held as objects
 * @param held whether these have their values: a table that is rarely read holds more rows without them
 */
public record TableSpec<V>(char id, String name, Serde<V> value, Emission emission, int cached, boolean held) {
    /** What becomes of a changed row once its commit is certain. */
    public enum Emission {
        /** The row is only remembered. */
        NONE,
        /** Its latest value is passed on, or {@code null} after it was deleted. */
        ROWS,
        /** Its value is passed on, and the row is deleted. */
        ONCE
    }

    public TableSpec {
        if (id <= ' ' || id > '~') {
            throw new IllegalArgumentException("A table's id is one printable character, not " + (int) id);
        }
    }

    /** A table whose rows are only remembered. */
    public static <V> TableSpec<V> of(char id, String name, Serde<V> value, int cached) {
        return new TableSpec<>(id, name, value, Emission.NONE, cached, true);
    }

    /** This table, with another emission. */
    public TableSpec<V> emitting(Emission other) {
        return new TableSpec<>(id, name, value, other, cached, held);
    }

    /** This table, which holds unchanged rows without their values: a change need not look for what the base has. */
    public TableSpec<V> withoutValues() {
        return new TableSpec<>(id, name, value, emission, cached, false);
    }
}
