package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.events.GenerationNames;

/**
 * Orders: the shadow has its own schema. Its events wait in that schema's outbox until the fence has removed what was
 * sent.
 */
final class RebuildableOrders implements RebuildableConsumer {
    private static final String NAME = "orders";

    /** Records of one poll. A replay with a rate limit polls fewer: it pauses and commits after each poll. */
    private static final int AT_ONCE = 100;

    private final PlatformConnection platform;
    private final PlatformDatabase database;
    private final GenerationSchemas schemas;
    private final OrdersFence fence;

    RebuildableOrders(PlatformConnection platform) {
        this.platform = platform;
        this.database = PlatformDatabase.of(platform);
        this.schemas = new GenerationSchemas(platform, database, NAME);
        this.fence = new OrdersFence(database);
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
    public List<MissingResource> missingResources(int generation) {
        return List.of();
    }

    @Override
    public void createResources(int generation) {
        schemas.migrate(generation);
        fence.reopen(schemas.name(generation));
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
                .map(topic -> Map.of("MP_MESSAGING_INCOMING_TRANSACTIONS_TOPIC", platform.prefixed(topic)))
                .orElse(Map.of());
    }

    @Override
    public long bytes(int generation) {
        return schemas.bytes(generation);
    }

    @Override
    public void housekeep(int live, int shadow) {
        fence.deletePublishedEffects(schemas.name(live), schemas.name(shadow));
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        return new TableComparison(database, schemas.name(live), schemas.name(shadow)).compare(OrdersTables.ALL);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.isClosed(schemas.name(old));
    }

    @Override
    public String fence(int old, int successor) {
        return fence.close(schemas.name(old), schemas.name(successor));
    }

    @Override
    public List<String> drop(int generation) {
        schemas.drop(generation);
        return List.of();
    }
}
