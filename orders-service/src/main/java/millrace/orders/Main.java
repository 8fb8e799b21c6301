package millrace.orders;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import millrace.generation.GenerationMembership;
import millrace.generation.RebuildProtocol;
import millrace.orders.consume.ShowOrder;
import millrace.orders.rebuild.OrdersRebuild;

/**
 * Starts the service as a member of its generation, and stops it when the membership ends. With the argument {@code
 * rebuild} it serves its port of rebuilds instead, with {@code show} and an order's id it shows that order.
 */
@QuarkusMain
public final class Main {
    public static void main(String... arguments) {
        if (RebuildProtocol.isRequested(arguments)) {
            RebuildProtocol.serve(OrdersRebuild::ofEnvironment);
        } else if (arguments.length == 2 && arguments[0].equals("show")) {
            ShowOrder.main(arguments[1]);
        } else {
            GenerationMembership.enter("orders", OrdersRebuild::ofEnvironment, Quarkus::asyncExit);
            Quarkus.run(arguments);
        }
    }
}
