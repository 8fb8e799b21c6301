package millrace.bench;

import java.time.Duration;

/** Processor time: what the server, the broker and the load generator beside it took of the same cores. */
record Cpu(Duration server, Duration broker, Duration load) {
    Cpu minus(Cpu before) {
        return new Cpu(server.minus(before.server), broker.minus(before.broker), load.minus(before.load));
    }
}
