package millrace.analytics.query;

import org.apache.kafka.common.serialization.Serde;

/**
 * A store of the job that can be asked. Its keys are texts.
 *
 * @param name of the store in the topology
 * @param value how one instance writes a value to another; needs not be how the store does
 */
public record Store<V>(String name, Serde<V> value) {}
