package millrace.replay;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import millrace.generation.GenerationNames;
import millrace.release.Placeholders;
import millrace.release.Schemas;

/** Orders: a schema beside the schema. What it sends waits in the new schema's outbox until the fence has gone through it. */
final class OrdersRebuilt implements Rebuilt {
    private static final String NAME = "orders";

    private final Site site;
    private final Sql sql;
    private final OrdersFence fence;

    OrdersRebuilt(Site site) {
        this.site = site;
        this.sql = Sql.of(site);
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
        new Schemas(site.settings().database().orElseThrow(), NAME, Placeholders.of(site.vars()))
                .migrate(schema(generation));
        fence.open(schema(generation));
    }

    @Override
    public boolean exists(int generation) {
        return sql.number("SELECT count(*) FROM pg_namespace WHERE nspname = '%s'".formatted(schema(generation))) > 0;
    }

    @Override
    public Map<String, String> shadowVars(int generation, Optional<Integer> rate) {
        return rate.map(limit -> Map.of("MILLRACE_REPLAY_RATE", Integer.toString(limit)))
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
        return sql.number("""
                SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class
                WHERE relnamespace = to_regnamespace('%s') AND relkind = 'r'""".formatted(schema(generation)));
    }

    @Override
    public void tend(int live, int shadow) {
        fence.forgetWhatIsCaused(schema(live), schema(shadow));
    }

    @Override
    public Comparison compare(int live, int shadow) {
        return new TableComparison(sql, schema(live), schema(shadow)).compare(OrdersTables.ALL);
    }

    @Override
    public boolean isFenced(int old, int successor) {
        return fence.stands(schema(old));
    }

    @Override
    public String fence(int old, int successor) {
        return fence.build(schema(old), schema(successor));
    }

    @Override
    public List<String> drop(int generation) {
        sql.run("DROP SCHEMA IF EXISTS " + schema(generation) + " CASCADE");
        return List.of();
    }

    private static String schema(int generation) {
        return NAME + new GenerationNames(generation).schemaSuffix();
    }
}
