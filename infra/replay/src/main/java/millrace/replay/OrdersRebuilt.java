package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.generation.GenerationNames;

/** Orders: a schema beside the schema. What it sends waits in the new schema's outbox until the fence has gone through it. */
final class OrdersRebuilt implements Rebuilt {
    private static final String NAME = "orders";

    /** Records of one poll, of which a slow replay takes fewer: it rests after each, and commits then. */
    private static final int AT_ONCE = 100;

    private final Site site;
    private final Sql sql;
    private final GenerationSchemas schemas;
    private final OrdersFence fence;

    OrdersRebuilt(Site site) {
        this.site = site;
        this.sql = Sql.of(site);
        this.schemas = new GenerationSchemas(site, sql, NAME);
        this.fence = new OrdersFence(sql);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public List<String> channels() {
        return List.of("transactions");
    }

    @Override
    public String group(int generation) {
        return NAME + new GenerationNames(generation).suffix();
    }

    @Override
    public List<Lack> lacks(int generation) {
        return List.of();
    }

    @Override
    public void provide(int generation) {
        schemas.provide(generation);
        fence.open(schemas.name(generation));
    }

    @Override
    public boolean exists(int generation) {
        return schemas.exists(generation);
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        return rate.map(limit -> Map.of(
                        "MILLRACE_REPLAY_RATE",
                        Integer.toString(limit),
                        "MP_MESSAGING_INCOMING_TRANSACTIONS_MAX_POLL_RECORDS",
                        Integer.toString(Math.min(limit, AT_ONCE))))
                .orElse(Map.of());
    }

    @Override
    public Map<String, String> inputVars(Map<String, String> topics) {
        return Optional.ofNullable(topics.get("transactions"))
                .map(topic -> Map.of("MP_MESSAGING_INCOMING_TRANSACTIONS_TOPIC", site.prefixed(topic)))
                .orElse(Map.of());
    }

    @Override
    public long bytes(int generation) {
        return schemas.bytes(generation);
    }

    @Override
    public void tend(int live, int shadow) {
        fence.forgetWhatIsCaused(schemas.name(live), schemas.name(shadow));
    }

    @Override
    public Comparison compare(int live, int shadow) {
        return new TableComparison(sql, schemas.name(live), schemas.name(shadow)).compare(OrdersTables.ALL);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.stands(schemas.name(old));
    }

    @Override
    public String fence(int old, int successor) {
        return fence.build(schemas.name(old), schemas.name(successor));
    }

    @Override
    public List<String> drop(int generation) {
        schemas.drop(generation);
        return List.of();
    }
}
