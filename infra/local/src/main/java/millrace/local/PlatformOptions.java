package millrace.local;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import millrace.channels.ClusterException;
import millrace.channels.Plan;
import millrace.events.Catalogue;

/**
 * How a platform is started. Plan, version and number of brokers belong to the data: a later start in the same folder
 * that does not name them has those of the first one, whose defaults are the plan {@code standard-0}, Kafka 4.2 and one
 * broker; a start that names others is refused.
 */
public final class PlatformOptions {
    private static final Plan USUAL_PLAN = Plan.STANDARD_0;
    private static final KafkaVersion USUAL_KAFKA = KafkaVersion.V4_2;
    private static final int USUAL_BROKERS = 1;
    private static final int MOST_BROKERS = 8;

    private Optional<Plan> plan = Optional.empty();
    private Optional<KafkaVersion> kafka = Optional.empty();
    private Optional<Integer> brokers = Optional.empty();
    private boolean transactions;
    private boolean twoAuthorities;
    private Workload workload = Workload.LIGHT;
    private Collection<String> groups = List.of();

    public PlatformOptions plan(Plan wanted) {
        plan = Optional.of(wanted);
        return this;
    }

    /** Runs brokers of that version. */
    public PlatformOptions kafka(KafkaVersion wanted) {
        kafka = Optional.of(wanted);
        return this;
    }

    /**
     * Runs that many brokers; a topic has a replica on each, and three at most.
     *
     * @throws StartException if there are none, or more than eight
     */
    public PlatformOptions brokers(int wanted) {
        if (wanted < 1 || wanted > MOST_BROKERS) {
            throw new StartException("A platform has 1 to " + MOST_BROKERS + " brokers, not " + wanted + ".");
        }
        brokers = Optional.of(wanted);
        return this;
    }

    /**
     * Grants transactional ids to the identity that all processes share. The default denies them, as the reference
     * platform does: counts are exact without them.
     */
    public PlatformOptions transactions(boolean granted) {
        transactions = granted;
        return this;
    }

    /** Puts a second authority into {@code KAFKA_TRUSTED_CERT}, as while the platform replaces its authority. */
    public PlatformOptions twoAuthorities() {
        twoAuthorities = true;
        return this;
    }

    /** Configures the brokers for another workload than a light one. */
    public PlatformOptions workload(Workload wanted) {
        workload = wanted;
        return this;
    }

    /** Creates these consumer groups where the plan asks for that, besides those of the services. */
    public PlatformOptions groups(Collection<String> names) {
        groups = names;
        return this;
    }

    /** Tells whether plan, version and number of brokers are the defaults: the prepared platform has these. */
    boolean haveDefaultCluster() {
        return plan.orElse(USUAL_PLAN) == USUAL_PLAN
                && kafka.orElse(USUAL_KAFKA) == USUAL_KAFKA
                && brokers.orElse(USUAL_BROKERS) == USUAL_BROKERS;
    }

    /**
     * Checks the options for a start in the folder, which remembers them from then on.
     *
     * @throws StartException if the catalogue does not fit the plan, if the data is of another plan, version or number of
     *     brokers, or if there is no broker of the version
     */
    public void check(DataDirectory directory) {
        plan.ifPresent(PlatformOptions::require);
        kafka.ifPresent(KafkaVersion::classPath);
        require(plan(directory));
        kafka(directory).classPath();
        brokers(directory);
    }

    private static void require(Plan plan) {
        try {
            plan.require(Catalogue.entries());
        } catch (ClusterException e) {
            throw new StartException(e.getMessage(), e);
        }
    }

    Plan plan(DataDirectory directory) {
        return Plan.named(remembered(directory, "plan", plan, USUAL_PLAN)).orElseThrow();
    }

    KafkaVersion kafka(DataDirectory directory) {
        return KafkaVersion.named(remembered(directory, "kafka", kafka, USUAL_KAFKA))
                .orElseThrow();
    }

    int brokers(DataDirectory directory) {
        return Integer.parseInt(remembered(directory, "brokers", brokers, USUAL_BROKERS));
    }

    boolean transactions() {
        return transactions;
    }

    // fork: analytics
    /** Value of {@code ANALYTICS_GUARANTEE} that the permissions allow. */
    String guarantee() {
        return transactions ? "exactly_once_v2" : "at_least_once";
    }
    // fork: end

    boolean hasTwoAuthorities() {
        return twoAuthorities;
    }

    Workload workload() {
        return workload;
    }

    Collection<String> groups() {
        return groups;
    }

    private static String remembered(DataDirectory directory, String name, Optional<?> wanted, Object usual) {
        var option = wanted.map(Object::toString);
        var first = directory.getOrCreate(name, () -> option.orElse(usual.toString()));
        if (option.isPresent() && !option.get().equals(first)) {
            throw new StartException(
                    "The data in %s is of bin/up --%s %s: with --%2$s %4$s, bin/up --fresh removes it and starts empty; with another folder in MILLRACE_HOME it stays."
                            .formatted(directory.path(), name, first, option.get()));
        }
        return first;
    }
}
