package millrace.bench;

import java.time.Duration;

/** Processor time of the server, the broker and the load generator, which share the cores of one machine. */
record CpuTime(Duration server, Duration broker, Duration load) {
    CpuTime minus(CpuTime before) {
        return new CpuTime(server.minus(before.server), broker.minus(before.broker), load.minus(before.load));
    }
}
