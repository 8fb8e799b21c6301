package millrace.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A consumer whose shadow reads restored channels instead of those from which retention has removed records. */
record RestoredInputConsumer(RebuildableConsumer consumer, Map<String, String> topics) implements RebuildableConsumer {
    @Override
    public String name() {
        return consumer.name();
    }

    @Override
    public List<String> channels() {
        return consumer.channels().stream()
                .map(channel -> topics.getOrDefault(channel, channel))
                .toList();
    }

    @Override
    public String group(int generation) {
        return consumer.group(generation);
    }

    @Override
    public List<MissingResource> missingResources(int generation) {
        return consumer.missingResources(generation);
    }

    @Override
    public void createResources(int generation) {
        consumer.createResources(generation);
    }

    @Override
    public boolean exists(int generation) {
        return consumer.exists(generation);
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        var vars = new HashMap<>(consumer.shadowVars(generation, rate));
        vars.putAll(consumer.inputVars(topics));
        return vars;
    }

    @Override
    public long bytes(int generation) {
        return consumer.bytes(generation);
    }

    @Override
    public void housekeep(int live, int shadow) {
        consumer.housekeep(live, shadow);
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        return consumer.compare(live, shadow);
    }

    @Override
    public boolean internalTopicsDrained(int shadow) {
        return consumer.internalTopicsDrained(shadow);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return consumer.isFenced(old, successor);
    }

    @Override
    public String fence(int old, int successor) {
        return consumer.fence(old, successor);
    }

    @Override
    public List<String> drop(int generation) {
        return consumer.drop(generation);
    }
}
