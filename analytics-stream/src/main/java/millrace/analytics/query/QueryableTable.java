package millrace.analytics.query;

import millrace.analytics.engine.TableSpec;
import org.apache.kafka.common.serialization.Serde;

/**
 * A table of the job that can be queried.
 *
 * @param name in requests between instances, and in messages
 * @param store that has the table
 */
public record QueryableTable<V>(String name, String store, TableSpec<V> spec) {
    /** Format of values between instances. */
    Serde<V> value() {
        return spec.value();
    }
}
