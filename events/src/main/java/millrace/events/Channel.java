package millrace.events;

import org.apache.kafka.common.serialization.Serde;

/**
 * A channel: its logical name, which is the topic's name without the platform's prefix, and what its records look like.
 *
 * @param key how the key is written; records of one key are in one partition and therefore in order
 * @param value how the value is written
 */
public record Channel<K, V>(String name, Serde<K> key, Serde<V> value) {}
