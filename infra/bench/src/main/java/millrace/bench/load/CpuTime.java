package millrace.bench.load;

import java.time.Duration;

/** Processor time of the measured servers, of the broker, and of the load generator, which share one machine. */
public record CpuTime(Duration servers, Duration broker, Duration load) {
    public CpuTime minus(CpuTime before) {
        return new CpuTime(servers.minus(before.servers), broker.minus(before.broker), load.minus(before.load));
    }
}
