package millrace.channels;

import static org.apache.kafka.common.acl.AclOperation.DELETE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.Channels;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/**
 * Kafka identities and their permissions: one that all processes share, and one of its own for each service and for a
 * program of the user.
 */
public final class KafkaIdentities {
    /** The identity that all processes share. */
    public static final String SHARED = "app";

    private static final String CONSUMER = "consumer";

    /** Before the name of a process, so that no process has the name of an identity with more rights. */
    private static final String OWN = "millrace-";

    private static final String ANYONE = "*";

    private KafkaIdentities() {}

    /** Processes that can have an identity of their own: that of each service, then the program of the user. */
    public static List<String> processes() {
        return Stream.concat(services().stream().map(Catalogue::process), Stream.of(CONSUMER))
                .toList();
    }

    /** Name of the own identity of a process: the common name of its certificate. */
    public static String ofProcess(String process) {
        return OWN + process;
    }

    /**
     * Permissions of the shared identity, as the PaaS grants them. On a shared cluster they are for each channel and each
     * consumer group that was created; on a dedicated cluster they are the published policy, for every topic and group, or those of a prefix.
     *
     * @param groups besides those of the services
     * @param transactions true where transactional ids are granted as well
     */
    public static List<AclBinding> sharedPermissions(
            String identity, Plan plan, String prefix, Collection<String> groups, boolean transactions) {
        var permissions = new ArrayList<AclBinding>();
        if (plan.isShared()) {
            for (var entry : Catalogue.entries()) {
                allow(permissions, identity, topic(entry, prefix), READ, WRITE, DESCRIBE);
            }
            Stream.concat(groups(), groups.stream())
                    .distinct()
                    .map(group -> resource(ResourceType.GROUP, prefix + group, LITERAL))
                    .forEach(group -> allow(permissions, identity, group, READ, DESCRIBE));
        } else {
            allow(permissions, identity, all(ResourceType.TOPIC, prefix), READ, WRITE, DESCRIBE);
            allow(permissions, identity, all(ResourceType.GROUP, prefix), READ, WRITE, DESCRIBE, DELETE);
        }
        if (transactions) {
            allow(permissions, identity, all(ResourceType.TRANSACTIONAL_ID, prefix), WRITE, DESCRIBE);
        }
        return permissions;
    }

    /** All permissions of the shared identity for transactional ids. */
    public static AclBindingFilter transactions() {
        return new AclBindingFilter(
                new ResourcePatternFilter(ResourceType.TRANSACTIONAL_ID, null, PatternType.ANY),
                new AccessControlEntryFilter("User:" + SHARED, null, AclOperation.ANY, AclPermissionType.ANY));
    }

    /**
     * Permissions of the own identities, as the catalogue implies them. A service writes the channels that name its
     * module as a writer, and reads those that name it, or anyone, as a reader; its internal topics, its groups and its
     * transactional ids are its own. The program of the user reads every channel in any group that is not of a service,
     * and writes the ledger.
     */
    public static List<AclBinding> ownPermissions(List<Catalogue.Entry> entries, String prefix) {
        var permissions = new ArrayList<AclBinding>();
        var consumer = ofProcess(CONSUMER);
        for (var service : services()) {
            var process = Catalogue.process(service);
            var identity = ofProcess(process);
            for (var entry : entries) {
                var topic = topic(entry, prefix);
                operations(service, entry).forEach(operation -> allow(permissions, identity, topic, operation));
                if (isInternalOf(service, entry)) {
                    allow(permissions, identity, topic, DELETE);
                }
            }
            for (var group : named(ResourceType.GROUP, prefix + process)) {
                allow(permissions, identity, group, READ, DESCRIBE, DELETE);
                add(permissions, consumer, group, AclPermissionType.DENY, READ, DELETE);
            }
            for (var id : named(ResourceType.TRANSACTIONAL_ID, prefix + process)) {
                allow(permissions, identity, id, WRITE, DESCRIBE);
            }
        }
        for (var entry : entries) {
            if (!entry.internal()) {
                allow(permissions, consumer, topic(entry, prefix), READ, DESCRIBE);
            }
            if (entry.name().equals(Channels.LEDGER.name())) {
                allow(permissions, consumer, topic(entry, prefix), WRITE);
            }
        }
        allow(permissions, consumer, all(ResourceType.GROUP, prefix), READ, DESCRIBE, DELETE);
        return permissions;
    }

    /** Operations without which a service does not work, on a topic. */
    public static Set<AclOperation> operations(String service, Catalogue.Entry entry) {
        var operations = EnumSet.noneOf(AclOperation.class);
        if (entry.writers().contains(service)) {
            operations.addAll(Set.of(WRITE, DESCRIBE));
        }
        if (isInternalOf(service, entry)
                || entry.readers().contains(service)
                || entry.readers().contains(ANYONE)) {
            operations.addAll(Set.of(READ, DESCRIBE));
        }
        return operations;
    }

    private static boolean isInternalOf(String service, Catalogue.Entry entry) {
        return entry.internal() && entry.owner().equals(service);
    }

    /** Returns the modules that write or read channels; tools under infra work with the rights of the operator. */
    public static Set<String> services() {
        var services = new TreeSet<String>();
        for (var entry : Catalogue.entries()) {
            Stream.concat(entry.writers().stream(), entry.readers().stream())
                    .filter(module -> !module.equals(ANYONE) && !module.startsWith("infra/"))
                    .forEach(services::add);
        }
        return services;
    }

    /** Consumer groups of the services that read channels. */
    private static Stream<String> groups() {
        return Catalogue.channels().stream()
                .flatMap(channel -> channel.readers().stream())
                .filter(services()::contains)
                .map(Catalogue::process);
    }

    /** All resources of a type whose names have the prefix, which may be empty. */
    private static ResourcePattern all(ResourceType type, String prefix) {
        return prefix.isEmpty() ? resource(type, ANYONE, LITERAL) : resource(type, prefix, PREFIXED);
    }

    /** Resources of that name, and those of generations and threads, which begin with it and a hyphen. */
    private static List<ResourcePattern> named(ResourceType type, String name) {
        return List.of(resource(type, name, LITERAL), resource(type, name + "-", PREFIXED));
    }

    private static ResourcePattern topic(Catalogue.Entry entry, String prefix) {
        return resource(ResourceType.TOPIC, prefix + entry.name(), LITERAL);
    }

    private static ResourcePattern resource(ResourceType type, String name, PatternType pattern) {
        return new ResourcePattern(type, name, pattern);
    }

    private static void allow(
            List<AclBinding> permissions, String identity, ResourcePattern what, AclOperation... operations) {
        add(permissions, identity, what, AclPermissionType.ALLOW, operations);
    }

    private static void add(
            List<AclBinding> permissions,
            String identity,
            ResourcePattern what,
            AclPermissionType type,
            AclOperation... operations) {
        for (var operation : operations) {
            permissions.add(new AclBinding(what, new AccessControlEntry("User:" + identity, "*", operation, type)));
        }
    }
}
