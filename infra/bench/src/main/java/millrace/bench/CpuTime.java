package millrace.bench;

import java.time.Duration;

/**
 * Processor time of the processes that share the cores of one machine.
 *
 * @param server processor time of the measured service
 * @param load processor time of the load generator or, in a catch-up without one, of the database
 */
record CpuTime(Duration server, Duration broker, Duration load) {
    CpuTime minus(CpuTime before) {
        return new CpuTime(server.minus(before.server), broker.minus(before.broker), load.minus(before.load));
    }
}
