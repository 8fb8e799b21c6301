package millrace.analytics.query;

import org.apache.kafka.common.serialization.Serde;

/**
 * A store of the job that can be queried. Its keys are texts.
 *
 * @param name of the store in the topology
 * @param value format of values between instances; may differ from the store's own
 */
public record QueryableStore<V>(String name, Serde<V> value) {}
