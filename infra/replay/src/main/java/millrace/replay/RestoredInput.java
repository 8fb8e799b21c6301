package millrace.replay;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A consumer while its shadow reads restored channels in place of those that have lost something. */
record RestoredInput(Rebuilt rebuilt, Map<String, String> topics) implements Rebuilt {
    @Override
    public String name() {
        return rebuilt.name();
    }

    @Override
    public List<String> channels() {
        return rebuilt.channels().stream()
                .map(channel -> topics.getOrDefault(channel, channel))
                .toList();
    }

    @Override
    public List<String> liveChannels() {
        return rebuilt.channels();
    }

    @Override
    public String group(int generation) {
        return rebuilt.group(generation);
    }

    @Override
    public List<Lack> lacks(int generation) {
        return rebuilt.lacks(generation);
    }

    @Override
    public void provide(int generation) {
        rebuilt.provide(generation);
    }

    @Override
    public boolean exists(int generation) {
        return rebuilt.exists(generation);
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        var vars = new HashMap<>(rebuilt.shadowVars(generation, rate));
        vars.putAll(rebuilt.inputVars(topics));
        return vars;
    }

    @Override
    public long bytes(int generation) {
        return rebuilt.bytes(generation);
    }

    @Override
    public void tend(int live, int shadow) {
        rebuilt.tend(live, shadow);
    }

    @Override
    public Comparison compare(int live, int shadow) {
        return rebuilt.compare(live, shadow);
    }

    @Override
    public boolean hasDigested(int shadow) {
        return rebuilt.hasDigested(shadow);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return rebuilt.isFenced(old, successor);
    }

    @Override
    public String fence(int old, int successor) {
        return rebuilt.fence(old, successor);
    }

    @Override
    public List<String> drop(int generation) {
        return rebuilt.drop(generation);
    }
}
