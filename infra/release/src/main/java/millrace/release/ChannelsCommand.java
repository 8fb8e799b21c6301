package millrace.release;

import static java.util.stream.Collectors.joining;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import millrace.channels.ClusterCheck;
import millrace.channels.ClusterException;
import millrace.channels.Finding;
import millrace.channels.KafkaIdentities;
import millrace.channels.Plan;
import millrace.channels.PlatformCommands;
import millrace.channels.StrimziResources;
import millrace.channels.TopicProvisioner;
import millrace.events.Catalogue;
import millrace.paas.ConfigVarsException;
import millrace.paas.PaasSettings;
import org.apache.kafka.common.acl.AclBinding;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** {@code bin/channels}: topics, consumer groups and permissions of a cluster, as the catalogue implies them. */
@Command(
        name = "bin/channels",
        description = {
            "Compares the topics, consumer groups and permissions of a Kafka cluster with the catalogue, and creates them.",
            "",
            "Works on what bin/up started, or on the platform whose config vars (KAFKA_URL ...) are in the environment."
                    + " Deletes nothing."
        })
public final class ChannelsCommand {
    private static final List<String> AUTHENTICATIONS = List.of("tls", "scram-sha-512");
    private static final Duration CREATED_WITHIN = Duration.ofSeconds(30);

    @Option(names = "--help", usageHelp = true, scope = ScopeType.INHERIT, description = "Shows this.")
    private boolean help;

    private final Map<String, String> environment;
    private final Function<Map<String, String>, CommandPlatform> platforms;
    private final PrintStream out;

    ChannelsCommand(
            Map<String, String> environment,
            Function<Map<String, String>, CommandPlatform> platforms,
            PrintStream out) {
        this.environment = environment;
        this.platforms = platforms;
        this.out = out;
    }

    public static void main(String[] arguments) {
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.exit(commandLine(new ChannelsCommand(System.getenv(), CommandPlatform::of, out))
                .execute(arguments));
    }

    /** Builds the command line. A refused command prints its reason as a sentence and exits with 1. */
    static CommandLine commandLine(ChannelsCommand command) {
        return new CommandLine(command)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, line, result) -> {
                    if (failure instanceof ReleaseException
                            || failure instanceof ConfigVarsException
                            || failure instanceof ClusterException) {
                        line.getErr().println(failure.getMessage());
                    } else {
                        failure.printStackTrace(line.getErr());
                    }
                    return 1;
                });
    }

    /** Users whose permissions are compared and granted beside the topics. */
    static final class Users {
        @Option(
                names = "--user",
                paramLabel = "NAME",
                description =
                        "Also the permissions of this user, which all processes share. Default: none; on what bin/up"
                                + " started " + KafkaIdentities.SHARED + ".")
        private String shared;

        @Option(
                names = "--own-users",
                description = "Also the permissions of a user of its own for each service: millrace-web and so on.")
        private boolean own;

        private List<AclBinding> permissions(CommandPlatform platform, String prefix) {
            var permissions = new ArrayList<AclBinding>();
            Optional.ofNullable(shared)
                    .or(() -> platform.administrator().map(local -> KafkaIdentities.SHARED))
                    .ifPresent(user -> permissions.addAll(KafkaIdentities.sharedPermissions(
                            user, PlatformCommands.ofPrefix(prefix).plan(), prefix, Set.of(), transactions(platform))));
            if (own) {
                permissions.addAll(KafkaIdentities.ownPermissions(Catalogue.entries(), prefix));
            }
            return permissions;
        }
    }

    /** Tells whether a service writes in Kafka transactions. */
    private static boolean transactions(CommandPlatform platform) {
        // fork: analytics
        return !platform.vars().getOrDefault("ANALYTICS_GUARANTEE", "").equals("at_least_once");
        // fork: instead return false;
        // fork: end
    }

    @Command(name = "plan", description = "Shows what differs from the cluster, and changes nothing.")
    int plan(@Mixin Users users) {
        on(users, difference -> print(difference.findings()));
        return 0;
    }

    @Command(
            name = "check",
            description = "Shows what differs from the cluster, and exits with 1 where something is missing or wrong.")
    int check(@Mixin Users users) {
        return on(users, difference -> print(difference.findings()));
    }

    @Command(
            name = "apply",
            description =
                    "Creates the topics and permissions that are missing, where the cluster grants that right."
                            + " Changes and deletes nothing that exists. Exits with 1 where something is still missing or wrong.")
    int apply(@Mixin Users users) {
        return on(users, difference -> {
            difference.create();
            return print(ProvisioningWait.await(difference::findings, CREATED_WITHIN, out));
        });
    }

    /** Forms in which the channels are printed. */
    enum Target {
        COMMANDS,
        STRIMZI
    }

    @Command(name = "render", description = "Prints the channels for a tool that makes them; it needs no cluster.")
    int render(
            @Option(
                            names = "--target",
                            required = true,
                            paramLabel = "commands|strimzi",
                            description = "commands: of the CLI of the reference platform. strimzi: KafkaTopic and"
                                    + " KafkaUser resources of Kubernetes, a user for each service.")
                    Target target,
            @Option(
                            names = "--plan",
                            paramLabel = "NAME",
                            converter = PlanConverter.class,
                            description = "Plan of the reference platform, such as basic-0. Default: a shared one where"
                                    + " KAFKA_PREFIX is set, else a dedicated one.")
                    Plan plan,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = "millrace",
                            description = "Name of the Kafka resource of strimzi. Default: millrace.")
                    String cluster,
            @Option(
                            names = "--authentication",
                            paramLabel = "tls|scram-sha-512",
                            defaultValue = "tls",
                            description = "Of the users of strimzi. Default: tls.")
                    String authentication) {
        if (!AUTHENTICATIONS.contains(authentication)) {
            throw new ReleaseException(
                    "--authentication is " + String.join(" or ", AUTHENTICATIONS) + ", not " + authentication + ".");
        }
        var prefix = PaasSettings.present(environment, "KAFKA_PREFIX").orElse("");
        switch (target) {
            case COMMANDS ->
                Optional.ofNullable(plan)
                        .map(PlatformCommands::new)
                        .orElseGet(() -> PlatformCommands.ofPrefix(prefix))
                        .all(Catalogue.entries(), groups(CommandPlatform.projectRoot()))
                        .forEach(out::println);
            case STRIMZI -> out.print(new StrimziResources(cluster, prefix, authentication).yaml(Catalogue.entries()));
        }
        return 0;
    }

    /** Reads the name of a plan. */
    public static final class PlanConverter implements CommandLine.ITypeConverter<Plan> {
        @Override
        public Plan convert(String name) {
            return Plan.named(name)
                    .orElseThrow(() -> new CommandLine.TypeConversionException(
                            "there is no plan " + name + ", only " + List.of(Plan.values())));
        }
    }

    private int on(Users users, Function<Difference, Integer> action) {
        var platform = platforms.apply(environment);
        var settings = platform.settings();
        try (var cluster = platform.cluster(settings)) {
            var permissions = users.permissions(platform, settings.prefix());
            return action.apply(new Difference(cluster, settings.prefix(), groups(platform.root()), permissions));
        }
    }

    /** Prints the findings; returns the exit code. */
    private int print(List<Finding> findings) {
        if (findings.isEmpty()) {
            out.println("The cluster is as the catalogue says.");
            return 0;
        }
        out.println("The cluster differs from the catalogue:");
        out.println(Finding.text(findings));
        return ProvisioningWait.wrong(findings).isEmpty() ? 0 : 1;
    }

    private static Set<String> groups(Path root) {
        return Catalogue.consumers(ProcessCommands.of(root)).keySet();
    }

    /** What a cluster lacks of the catalogue, and of the permissions. */
    private final class Difference {
        private final ClusterCheck cluster;
        private final TopicProvisioner provisioner;
        private final Collection<String> groups;
        private final List<AclBinding> permissions;

        private Difference(
                ClusterCheck cluster, String prefix, Collection<String> groups, List<AclBinding> permissions) {
            this.cluster = cluster;
            this.provisioner = new TopicProvisioner(
                    cluster.admin(), PlatformCommands.ofPrefix(prefix).plan(), prefix, cluster.brokers());
            this.groups = groups;
            this.permissions = permissions;
        }

        private List<Finding> findings() {
            var findings = new ArrayList<>(cluster.topics(Catalogue.entries()));
            findings.addAll(cluster.groups(groups));
            if (!permissions.isEmpty()) {
                provisioner
                        .lacking(permissions)
                        .ifPresentOrElse(
                                lacking -> lacking.stream()
                                        .map(Difference::missing)
                                        .forEach(findings::add),
                                () -> findings.add(Finding.unknown(
                                        "The cluster does not show permissions to this client, which needs the right"
                                                + " Describe on the cluster",
                                        "")));
            }
            return findings;
        }

        private static Finding missing(AclBinding permission) {
            var entry = permission.entry();
            var resource = permission.pattern();
            return Finding.wrong(
                    "%s lacks the permission %s %s on %s %s (%s)"
                            .formatted(
                                    entry.principal(),
                                    entry.permissionType(),
                                    entry.operation(),
                                    resource.resourceType(),
                                    resource.name(),
                                    resource.patternType()),
                    "bin/channels apply grants it");
        }

        private void create() {
            var missing = cluster.missing(Catalogue.entries());
            if (!missing.isEmpty()) {
                provisioner.create(missing);
                out.println("Created topics: "
                        + missing.stream().map(Catalogue.Entry::name).collect(joining(", ")) + ".");
            }
            provisioner
                    .lacking(permissions)
                    .filter(lacking -> !lacking.isEmpty())
                    .ifPresent(lacking -> {
                        provisioner.grant(lacking);
                        out.printf("Granted %d permissions.%n", lacking.size());
                    });
        }
    }
}
