package millrace.generation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A consumer without state, which records the calls of its port. */
final class RecordedRebuild implements Rebuildable {
    private final List<String> calls = new ArrayList<>();

    List<String> calls() {
        return calls;
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        calls.add("RESOURCES " + generation + " " + rate + " " + inputs);
        return new GenerationResources("group-" + generation, List.of("clicks"), null, null, Map.of("A", "b"), 7);
    }

    @Override
    public void create(int generation) {
        calls.add("CREATE " + generation);
    }

    @Override
    public void drop(int generation) {
        throw new IllegalStateException("this consumer has a fault");
    }

    @Override
    public void progress(int live, int shadow) {
        calls.add("PROGRESS " + live + " " + shadow);
    }

    @Override
    public boolean caughtUp(int live, int shadow, boolean alone) {
        calls.add("CAUGHT_UP " + live + " " + shadow + " " + alone);
        return alone;
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        throw new RebuildException("The database is away.");
    }

    @Override
    public boolean fenced(int old, int successor) {
        calls.add("FENCED " + old + " " + successor);
        return false;
    }

    @Override
    public String fence(int old, int successor) {
        calls.add("FENCE " + old + " " + successor);
        return "Fenced.";
    }
}
