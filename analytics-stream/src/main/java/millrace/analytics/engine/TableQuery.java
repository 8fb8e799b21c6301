package millrace.analytics.engine;

import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.state.KeyValueIterator;

/**
 * Asks a {@link TaskState} for the committed rows of a table in the order of their keys.
 *
 * @param table id of the table
 * @param first inclusive; {@code null} for the beginning
 * @param last inclusive; {@code null} for the end
 */
public record TableQuery<V>(char table, String first, String last) implements Query<KeyValueIterator<String, V>> {}
