package millrace.release.doctor;

import static java.util.stream.Collectors.toCollection;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import millrace.channels.ClusterCheck;
import millrace.channels.ClusterException;
import millrace.channels.Finding;
import millrace.channels.KafkaIdentities;
import millrace.channels.PlatformCommands;
import millrace.events.Catalogue;
import millrace.paas.ConfigVarsException;
import millrace.paas.Database;
import millrace.paas.Need;
import millrace.paas.PaasSettings;
import millrace.release.CommandPlatform;
import millrace.release.ProcessCommands;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.UnsupportedSaslMechanismException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/**
 * Examines the config vars, the Kafka cluster and the database of a platform. It changes nothing. A later step is left
 * out where an earlier one shows that it cannot work.
 */
final class Doctor {
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(1);
    private static final int DATABASE_ANSWERS_WITHIN_S = 10;

    // fork: analytics
    /** Process that may write in Kafka transactions. */
    private static final String ANALYTICS = "analytics";

    /** Feature of brokers with the Streams group protocol, which came with Kafka 4.2. */
    private static final String STREAMS_GROUPS = "streams.version";

    // fork: end
    private final Map<String, String> vars;
    private final Map<String, String> processes;
    private final ServiceVarsCheck services;
    private final Clock clock;
    private final List<Finding> findings = new ArrayList<>();

    Doctor(CommandPlatform platform, Clock clock) {
        this.vars = platform.vars();
        this.processes = ProcessCommands.of(platform.root());
        this.services = new ServiceVarsCheck(vars, platform.root());
        this.clock = clock;
    }

    /** Returns the findings, in the order in which they were made. */
    List<Finding> findings() {
        findings.addAll(services.findings(processes));
        settings(vars, Need.KAFKA).ifPresent(this::kafka);
        processes.keySet().stream()
                .flatMap(process -> database(process).stream())
                .collect(toCollection(LinkedHashSet::new))
                .forEach(this::database);
        return findings;
    }

    private void kafka(PaasSettings settings) {
        var certificates = new CertificatesCheck(settings.kafka(), clock);
        findings.addAll(certificates.findings());
        var addresses = List.of(settings.kafka().get("bootstrap.servers").split(","));
        var probes = new LinkedHashMap<String, BrokerProbe>();
        addresses.forEach(address -> probes.put(address, BrokerProbe.of(address)));
        var unreachable = probes.values().stream()
                .flatMap(probe -> probe.unreachable().stream())
                .toList();
        var none = unreachable.size() == probes.size();
        unreachable.forEach(sentence -> findings.add(unreachable(sentence, none)));
        if (usesTls(settings)) {
            probes.forEach((address, probe) -> probe.certificate()
                    .ifPresent(certificate -> findings.addAll(certificates.broker(address, certificate))));
        }
        if (none) {
            return;
        }
        var wrongScheme = wrongScheme(settings, List.copyOf(probes.values()));
        if (wrongScheme.isPresent()) {
            findings.add(wrongScheme.get()); // Kafka's client would wait for its time-out, and say nothing.
            return;
        }
        try (var cluster = cluster(settings)) {
            cluster.brokers();
            cluster(cluster, settings);
        } catch (ClusterException e) {
            findings.add(refused(e, settings));
        }
    }

    private static boolean usesTls(PaasSettings settings) {
        return settings.kafka().getOrDefault("security.protocol", "").endsWith("SSL");
    }

    private static ClusterCheck cluster(PaasSettings settings) {
        return new ClusterCheck(settings.kafka(), settings.prefix(), PlatformCommands.ofPrefix(settings.prefix()));
    }

    /** A broker that is away is a warning as long as another one answers. */
    private static Finding unreachable(String sentence, boolean none) {
        var remedy = "compare KAFKA_URL with the addresses of the cluster";
        return none ? Finding.wrong(sentence, remedy) : Finding.warning(sentence, remedy);
    }

    private static Optional<Finding> wrongScheme(PaasSettings settings, List<BrokerProbe> probes) {
        var speaksTls = probes.stream().anyMatch(probe -> probe.certificate().isPresent());
        if (speaksTls && !usesTls(settings)) {
            return Optional.of(
                    Finding.wrong("The brokers speak TLS, and KAFKA_URL begins with kafka://", "write kafka+ssl://"));
        }
        if (!speaksTls && usesTls(settings)) {
            return Optional.of(Finding.wrong(
                    "The brokers do not speak TLS at these addresses, and KAFKA_URL begins with kafka+ssl://",
                    "write kafka://, or the port that speaks TLS"));
        }
        return Optional.empty();
    }

    /** Explains why no client can be connected. */
    private static Finding refused(ClusterException e, PaasSettings settings) {
        var mechanism = settings.kafka().get("sasl.mechanism");
        return switch (e.getCause()) {
            case UnsupportedSaslMechanismException offer ->
                Finding.wrong(
                        "The brokers do not offer %s: %s".formatted(mechanism, offer.getMessage()),
                        "set KAFKA_SASL_MECHANISM to what they offer");
            case SaslAuthenticationException refusal ->
                Finding.wrong(
                        "The brokers refuse KAFKA_USERNAME with KAFKA_PASSWORD by %s: %s"
                                .formatted(mechanism, refusal.getMessage()),
                        "set the three from one source");
            case SslAuthenticationException refusal ->
                Finding.wrong(
                        "The TLS handshake fails, because the brokers refuse KAFKA_CLIENT_CERT or the client refuses theirs: "
                                + refusal.getMessage(),
                        "set KAFKA_URL and all KAFKA_*CERT* anew from one cluster");
            case UnsupportedVersionException old ->
                Finding.unknown(
                        "The brokers are too old to answer: " + old.getMessage(), "use brokers of Kafka 3.0 or newer");
            case null, default ->
                Finding.wrong(
                        "The brokers accept connections and no client: " + e.getMessage(),
                        mechanism == null
                                ? "they may expect KAFKA_USERNAME and KAFKA_PASSWORD, or TLS, or give out addresses that"
                                        + " cannot be reached from here"
                                : "they may expect TLS, or give out addresses that cannot be reached from here");
        };
    }

    private void cluster(ClusterCheck cluster, PaasSettings shared) {
        findings.addAll(cluster.topics(Catalogue.entries()));
        findings.addAll(cluster.groups(Catalogue.consumers(processes).keySet()));
        clients().forEach((settings, services) -> {
            try (var client = cluster(settings)) {
                permissions(client, services);
            } catch (ClusterException e) {
                findings.add(Finding.wrong(
                        "The credentials of %s do not lead to the cluster: %s"
                                .formatted(String.join(", ", services), e.getMessage()),
                        "compare the config vars that begin with the name of the process"));
            }
            if (!settings.kafka().equals(shared.kafka())) {
                new CertificatesCheck(settings.kafka(), clock)
                        .findings().stream()
                                .map(finding -> finding.of(String.join(", ", services)))
                                .forEach(findings::add);
            }
        });
        // fork: analytics
        if (vars.getOrDefault("ANALYTICS_GROUP_PROTOCOL", "classic").equals("streams")
                && cluster.features().getOrDefault(STREAMS_GROUPS, 0) < 1) {
            findings.add(Finding.wrong(
                    "ANALYTICS_GROUP_PROTOCOL is streams, and the brokers are older than Kafka 4.2 or have not enabled it",
                    "set ANALYTICS_GROUP_PROTOCOL=classic"));
        }
        // fork: end
    }

    /** Services by their Kafka settings: those that share credentials are one client. */
    private Map<PaasSettings, Set<String>> clients() {
        var clients = new LinkedHashMap<PaasSettings, Set<String>>();
        for (var service : KafkaIdentities.services()) {
            settings(services.varsOf(Catalogue.process(service)), Need.KAFKA)
                    .ifPresent(settings -> clients.computeIfAbsent(settings, client -> new TreeSet<>())
                            .add(service));
        }
        return clients;
    }

    /** Checks the operations that a client needs for its services. */
    private void permissions(ClusterCheck client, Set<String> modules) {
        Function<Catalogue.Entry, Set<AclOperation>> needed = entry -> {
            var operations = EnumSet.noneOf(AclOperation.class);
            modules.forEach(module -> operations.addAll(KafkaIdentities.operations(module, entry)));
            return operations;
        };
        var used = Catalogue.entries().stream()
                .filter(entry -> !needed.apply(entry).isEmpty())
                .toList();
        findings.addAll(client.permissions(used, needed));
        // fork: analytics
        if (modules.stream().map(Catalogue::process).anyMatch(ANALYTICS::equals)
                && vars.getOrDefault("ANALYTICS_GUARANTEE", "exactly_once_v2").equals("exactly_once_v2")) {
            client.transactions(ANALYTICS + "-doctor").ifPresent(findings::add);
        }
        // fork: end
    }

    private Optional<Database> database(String process) {
        return settings(services.varsOf(process), Need.DATABASE).flatMap(PaasSettings::database);
    }

    private void database(Database database) {
        DriverManager.setLoginTimeout(DATABASE_ANSWERS_WITHIN_S);
        try (var connection = DriverManager.getConnection(database.jdbcUrl(), database.user(), database.password());
                var row = connection.createStatement().executeQuery("SELECT clock_timestamp()")) {
            row.next();
            clock(database, row.getObject(1, Timestamp.class));
        } catch (SQLException e) {
            findings.add(Finding.wrong(
                    "The database of %s does not answer: %s"
                            .formatted(database, e.getMessage().strip()),
                    "compare its config var with what the platform gives"));
        }
    }

    private void clock(Database database, Timestamp theirs) {
        var difference = Duration.between(theirs.toInstant(), clock.instant());
        if (difference.abs().compareTo(CLOCKS_DIFFER_BY) > 0) {
            findings.add(Finding.wrong(
                    "The clock of this machine is %d s %s that of the database of %s"
                            .formatted(
                                    difference.abs().toSeconds(),
                                    difference.isNegative() ? "behind" : "before",
                                    database),
                    "synchronize it: certificates and the times of events depend on it"));
        }
    }

    /** Settings of readable config vars; problems of others are findings of the services. */
    private static Optional<PaasSettings> settings(Map<String, String> vars, Need need) {
        try {
            return Optional.of(PaasSettings.from(vars, Set.of(need)));
        } catch (ConfigVarsException reportedByTheServices) {
            return Optional.empty();
        }
    }
}
