package millrace.orders.rebuild;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import millrace.events.GenerationNames;
import millrace.generation.GenerationComparison;
import millrace.generation.GenerationResources;
import millrace.generation.PlatformDatabase;
import millrace.generation.Rebuildable;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import org.postgresql.Driver;

/**
 * Generations of orders: the shadow has its own schema. Its events wait in that schema's outbox until the fence has
 * removed what was sent.
 */
public final class OrdersRebuild implements Rebuildable {
    private static final String NAME = "orders";
    private static final String INPUT = "transactions";

    /** Records of one poll. A rebuild with a rate limit polls fewer: it pauses and commits after each poll. */
    private static final int AT_ONCE = 100;

    private final PaasSettings settings;
    private final Duration betweenRechecks;
    private final PlatformDatabase database;
    private final OrdersFence fence;

    /** @param betweenRechecks pause before rows that differ are compared again */
    OrdersRebuild(PaasSettings settings, Duration betweenRechecks) {
        this.settings = settings;
        this.betweenRechecks = betweenRechecks;
        this.database = new PlatformDatabase(settings.database().orElseThrow());
        this.fence = new OrdersFence(database);
    }

    /**
     * Returns the generations on the platform of the environment's config vars. It loads the driver of the database by its
     * name, because the class loader of Quarkus need not offer it as a service.
     */
    public static OrdersRebuild ofEnvironment() {
        if (!Driver.isRegistered()) {
            throw new IllegalStateException("The driver of PostgreSQL registers itself when its class is loaded.");
        }
        return new OrdersRebuild(
                PaasSettings.from(System.getenv(), Set.of(Need.KAFKA, Need.DATABASE)), Duration.ofSeconds(1));
    }

    @Override
    public GenerationResources resources(int generation, int rate, Map<String, String> inputs) {
        var vars = new HashMap<String, String>();
        if (rate > 0) {
            vars.put("MILLRACE_REPLAY_RATE", Integer.toString(rate));
            vars.put("MP_MESSAGING_INCOMING_TRANSACTIONS_MAX_POLL_RECORDS", Integer.toString(Math.min(rate, AT_ONCE)));
        }
        if (inputs.containsKey(INPUT)) {
            vars.put("MP_MESSAGING_INCOMING_TRANSACTIONS_TOPIC", settings.prefix() + inputs.get(INPUT));
        }
        var group = NAME + new GenerationNames(generation).suffix();
        return new GenerationResources(group, List.of(INPUT), schema(generation), null, vars, 0);
    }

    @Override
    public void create(int generation) {
        fence.reopen(schema(generation));
    }

    @Override
    public void progress(int live, int shadow) {
        fence.deletePublishedEffects(schema(live), schema(shadow));
    }

    @Override
    public GenerationComparison compare(int live, int shadow) {
        return new OrdersComparison(database, schema(live), schema(shadow), betweenRechecks).compare();
    }

    @Override
    public boolean fenced(int old, int successor) {
        return fence.isClosed(schema(old));
    }

    @Override
    public String fence(int old, int successor) {
        return fence.close(schema(old), schema(successor));
    }

    private static String schema(int generation) {
        return NAME + new GenerationNames(generation).schemaSuffix();
    }
}
