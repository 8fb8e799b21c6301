package millrace.console;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import millrace.console.call.Access;
import millrace.console.call.ConsoleException;
import millrace.console.call.ConsoleRoutes;
import millrace.console.cluster.KafkaSampler;
import millrace.console.consumers.ConsumersView;
import millrace.console.event.EventView;
import millrace.console.faults.Faults;
import millrace.console.faults.FaultsView;
import millrace.console.feed.Feeds;
import millrace.console.house.HouseView;
import millrace.console.http.ConsoleServer;
import millrace.console.http.Sessions;
import millrace.console.ledger.LedgerView;
import millrace.console.mill.MillView;
import millrace.console.numbers.NumbersView;
import millrace.console.orders.DeadLettersView;
import millrace.console.orders.OrdersView;
import millrace.console.partitions.PartitionsView;
import millrace.console.proof.ProofView;
import millrace.console.replay.ReplayView;
import millrace.console.view.Deployment;
import millrace.console.view.View;

/** The console: a client of the services and of the cluster, with pages. It keeps nothing but what the pages disturb. */
public final class Console {
    private Console() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        ConsoleSettings settings;
        try {
            settings = ConsoleSettings.from(System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
            return;
        }
        try (var deployment = new Deployment(settings.urls(), settings.home(), settings.kafka(), settings.prefix())) {
            // Faults of the local platform, those of a former console among them.
            var faults = deployment
                    .home()
                    .map(home -> Faults.open(
                            (method, path, body) -> deployment.control().call(method, path, body), home));
            try (var server = start(settings, deployment, faults)) {
                System.out.println("The console listens at port " + server.port());
                var stopped = new CountDownLatch(1);
                Runtime.getRuntime().addShutdownHook(new Thread(stopped::countDown));
                stopped.await();
            } finally {
                faults.ifPresent(Faults::close);
            }
        }
    }

    private static List<View> views(Deployment deployment, Optional<Faults> faults) {
        var cluster = new KafkaSampler(deployment);
        var clock = Clock.systemUTC();
        return List.of(
                new MillView(deployment, cluster, faults),
                // fork: trace
                new EventView(deployment),
                // fork: end
                // fork: analytics
                new NumbersView(deployment, clock),
                // fork: end
                new ConsumersView(deployment, cluster),
                new PartitionsView(deployment, cluster),
                new OrdersView(deployment),
                new DeadLettersView(deployment),
                // fork: replay
                new ReplayView(deployment, cluster),
                // fork: end
                // fork: audit
                new LedgerView(deployment),
                new ProofView(deployment, faults),
                // fork: end
                new FaultsView(faults),
                new HouseView(deployment, clock));
    }

    private static ConsoleServer start(ConsoleSettings settings, Deployment deployment, Optional<Faults> faults)
            throws IOException {
        var routes = new ConsoleRoutes();
        var feeds = new Feeds();
        var available = views(deployment, faults).stream()
                .filter(view -> view.isAvailable(deployment))
                .toList();
        available.forEach(view -> view.addTo(routes, feeds));
        routes.get("/api/console", request -> {
            var console = new LinkedHashMap<String, Object>();
            console.put("views", available.stream().map(View::name).toList());
            console.put("local", deployment.isLocal());
            console.put("backOffice", request.access().backOfficeKey().isPresent());
            return console;
        });
        var address = settings.loopbackOnly()
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port())
                : new InetSocketAddress(settings.port());
        var sessions = new Sessions(settings.secret(), settings.access(), Clock.systemUTC());
        Optional<Function<String, Boolean>> typed =
                settings.access().isPresent() ? Optional.empty() : Optional.of(key -> isReader(deployment, key));
        return ConsoleServer.start(address, sessions, routes, feeds, typed);
    }

    /** Asks the services that are there for something that a reader may read. */
    private static boolean isReader(Deployment deployment, String key) {
        var access = new Access(Optional.of(key), Optional.empty(), Optional.empty());
        var questions = Map.of(
                // fork: analytics
                "analytics",
                "/funnel?limit=1",
                // fork: end
                // fork: audit
                "audit",
                "/audit/status",
                // fork: end
                "orders",
                "/orders?limit=1");
        return questions.entrySet().stream()
                .filter(question -> deployment.has(question.getKey()))
                .anyMatch(question -> answers(deployment, access, question.getKey(), question.getValue()));
    }

    private static boolean answers(Deployment deployment, Access access, String process, String path) {
        try {
            deployment.service(process).get(access, path);
            return true;
        } catch (ConsoleException refused) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
