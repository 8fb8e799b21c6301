package millrace.bench;

import java.time.Duration;

/** Processor time: what the server, the broker and the load generator beside it took of the same cores. */
record CpuTime(Duration server, Duration broker, Duration load) {
    CpuTime minus(CpuTime before) {
        return new CpuTime(server.minus(before.server), broker.minus(before.broker), load.minus(before.load));
    }
}
