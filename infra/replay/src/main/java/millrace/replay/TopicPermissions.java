package millrace.replay;

import static millrace.replay.ClusterAdmin.answer;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import millrace.events.Catalogue;
import millrace.events.GenerationNames;
import millrace.generation.Pause;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/** Access rights of a generation's topics: those of the topic of the catalogue. */
record TopicPermissions(Admin admin, PlatformConnection platform) {
    /** The broker applies permissions a moment after it has accepted them: 150 tries of 200 ms are 30 s. */
    private static final int TRIES = 150;

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(200);

    /** Copies the permissions of the catalogue's topics; returns when they are in force, fails after 30 s. */
    void copyFromCatalogue(List<Catalogue.Entry> entries, int generation) {
        var bindings =
                entries.stream().flatMap(entry -> copies(entry, generation)).toList();
        answer(admin.createAcls(bindings).all());
        for (var tries = 0;
                !answer(admin.describeAcls(AclBindingFilter.ANY).values()).containsAll(bindings);
                tries++) {
            if (tries >= TRIES) {
                throw new ReplayException("The permissions of generation %d are not in force after %d s."
                        .formatted(generation, BETWEEN_TRIES.multipliedBy(TRIES).toSeconds()));
            }
            Pause.of(BETWEEN_TRIES);
        }
    }

    private Stream<AclBinding> copies(Catalogue.Entry entry, int generation) {
        var first = RestoredChannels.originalChannel(entry.name()).replaceFirst(GenerationNames.SUFFIX + "(?=-|$)", "");
        var pattern = new ResourcePatternFilter(ResourceType.TOPIC, platform.prefixed(first), PatternType.LITERAL);
        var filter = new AclBindingFilter(pattern, AccessControlEntryFilter.ANY);
        var topic = new ResourcePattern(ResourceType.TOPIC, platform.prefixed(entry.name()), PatternType.LITERAL);
        return answer(admin.describeAcls(filter).values()).stream()
                .map(binding -> new AclBinding(topic, binding.entry()));
    }
}
