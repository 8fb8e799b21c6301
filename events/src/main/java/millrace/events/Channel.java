package millrace.events;

import org.apache.kafka.common.serialization.Serde;

/**
 * A channel: its logical name, which is the topic's name without the platform's prefix, and the formats of its records.
 *
 * @param key format of the key; records of one key are in one partition and therefore in sequence
 * @param value format of the value
 */
public record Channel<K, V>(String name, Serde<K> key, Serde<V> value) {}
