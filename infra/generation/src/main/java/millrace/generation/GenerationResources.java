package millrace.generation;

import java.util.List;
import java.util.Map;

/**
 * Resources of a generation, which a rebuild creates, measures and removes. Names carry no prefix.
 *
 * @param group its consumer group
 * @param channels the channels that it is built from
 * @param schema its schema in the database, which the migrations of its process create; {@code null} if it has none
 * @param module owner in the catalogue of the channels of which each generation has its own; {@code null} if it has none
 * @param vars config vars of its shadow besides the platform's
 * @param bytes bytes on disk besides schema and topics
 */
public record GenerationResources(
        String group, List<String> channels, String schema, String module, Map<String, String> vars, long bytes) {}
