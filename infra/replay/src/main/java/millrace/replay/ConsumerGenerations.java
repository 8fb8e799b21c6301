package millrace.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.generation.GenerationResources;
import millrace.generation.PlatformDatabase;
import millrace.generation.Rebuildable;
import millrace.release.MigrationPlaceholders;
import millrace.release.Schemas;
import millrace.replay.GenerationTopics.MissingResource;

/**
 * What the platform has of each generation of one consumer, by the names that the consumer's port gives: its group, its
 * schema and its topics.
 *
 * @param known resources of the generations that were asked for
 * @param inputs topics that the shadow reads instead of channels, by channel, both without prefix
 */
record ConsumerGenerations(
        PlatformConnection platform,
        String name,
        Rebuildable port,
        Offsets offsets,
        GenerationTopics topics,
        Map<Integer, GenerationResources> known,
        Map<String, String> inputs) {
    ConsumerGenerations(
            PlatformConnection platform, String name, Rebuildable port, Offsets offsets, GenerationTopics topics) {
        this(platform, name, port, offsets, topics, new HashMap<>(), Map.of());
    }

    /** Returns the same generations, of which the shadow reads other topics instead of channels. */
    ConsumerGenerations reading(Map<String, String> inputs) {
        return new ConsumerGenerations(platform, name, port, offsets, topics, known, inputs);
    }

    /** Returns the topics that the shadow reads, without prefix. */
    List<String> channels() {
        return resources(1).channels().stream()
                .map(channel -> inputs.getOrDefault(channel, channel))
                .toList();
    }

    /** Returns the consumer group of a generation, without prefix. */
    String group(int generation) {
        return resources(generation).group();
    }

    /** Returns the topics and the group that cannot be created from here, with the commands that create them. */
    List<MissingResource> missingResources(int generation) {
        return topics.missingResources(requiredTopics(generation), group(generation));
    }

    /** Creates schema and topics where they are missing, and reopens a fenced generation for writing. */
    void createResources(int generation) {
        schema(generation)
                .ifPresent(schema -> new Schemas(
                                platform.settings().database().orElseThrow(),
                                name,
                                platform.root(),
                                MigrationPlaceholders.of(platform.vars()))
                        .migrate(schema));
        topics.create(requiredTopics(generation));
        port.create(generation);
    }

    /** Returns true if the generation has its schema, or without one its topics, or has read anything. */
    boolean exists(int generation) {
        if (schema(generation).isPresent()) {
            return bytesOfSchema(schema(generation).orElseThrow()).isPresent();
        }
        var own = ownTopics(generation);
        return generation > 1 && !own.isEmpty()
                ? topics.missing(own).isEmpty()
                : !offsets.committed(group(generation)).isEmpty();
    }

    /** @param rate records a second at most; empty for no limit */
    Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        return port.resources(generation, rate.orElse(0), inputs).vars();
    }

    /** Returns the bytes that the generation takes on the disks of database and broker, as far as they are known. */
    long bytes(int generation) {
        return schema(generation).flatMap(this::bytesOfSchema).orElse(0L)
                + topics.bytes(ownTopics(generation))
                + port.resources(generation, 0, Map.of()).bytes();
    }

    /**
     * Removes schema and topics of a generation; the caller removes its group.
     *
     * @return commands that the operator has to run
     */
    List<String> drop(int generation) {
        port.drop(generation);
        schema(generation).ifPresent(schema -> database().run("DROP SCHEMA IF EXISTS " + schema + " CASCADE"));
        var dropped = ownTopics(generation);
        if (!platform.isLocal()) {
            return topics.removalCommands(dropped, generation == 1);
        }
        topics.remove(dropped);
        if (generation == 1) {
            topics.create(dropped); // These are topics of the catalogue: they are only emptied.
        }
        return List.of();
    }

    private GenerationResources resources(int generation) {
        return known.computeIfAbsent(generation, number -> port.resources(number, 0, Map.of()));
    }

    private Optional<String> schema(int generation) {
        return Optional.ofNullable(resources(generation).schema());
    }

    /** Returns the bytes of a schema on disk, indexes included; empty if there is no such schema. */
    private Optional<Long> bytesOfSchema(String schema) {
        var bytes = database().queryLong("""
                SELECT coalesce(sum(pg_total_relation_size(pg_class.oid)), 0) + count(DISTINCT pg_namespace.oid)
                FROM pg_namespace LEFT JOIN pg_class ON relnamespace = pg_namespace.oid AND relkind = 'r'
                WHERE nspname = '%s'""".formatted(schema));
        return Optional.of(bytes).filter(some -> some > 0);
    }

    /**
     * Returns the topics that belong to a generation alone. Those of the first are in the catalogue; channels of effects
     * are not among them, because all generations share them.
     */
    private List<Catalogue.Entry> ownTopics(int generation) {
        var module = resources(generation).module();
        if (module == null) {
            return List.of();
        }
        return generation > 1
                ? Catalogue.entriesOfGeneration(module, generation)
                : Catalogue.entries().stream()
                        .filter(entry -> entry.owner().equals(module) && !entry.effect())
                        .toList();
    }

    /**
     * Returns the topics that must exist: the generation's own, and those to which the first generation publishes its
     * effects when it is not live any more.
     */
    private List<Catalogue.Entry> requiredTopics(int generation) {
        var module = resources(generation).module();
        if (module == null) {
            return List.of();
        }
        return Stream.of(1, generation)
                .distinct()
                .flatMap(number -> Catalogue.entriesOfGeneration(module, number).stream())
                .toList();
    }

    private PlatformDatabase database() {
        return new PlatformDatabase(platform.settings().database().orElseThrow());
    }
}
