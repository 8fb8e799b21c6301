package millrace.local;

import java.util.List;

/** Workload that the JVM of a broker is configured for. */
public enum Workload {
    /** Little traffic for some minutes: takes half the processor time until it is ready, and 40 MB less memory. */
    LIGHT(
            "-XX:TieredStopAtLevel=1",
            "-Xms64m",
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:ReservedCodeCacheSize=48m"),
    /**
     * One start, which writes an archive of the loaded classes to the data directory, two folders above the data of the
     * broker.
     */
    TRAINING("-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:ArchiveClassesAtExit=../../" + Broker.CLASSES),
    /** Full load of the machine: without the optimizing compiler TLS alone takes most of a core. */
    HEAVY("-Xms512m", "-Xmx512m", "-XX:MaxDirectMemorySize=128m", "-XX:ReservedCodeCacheSize=128m");

    private final List<String> jvm;

    Workload(String... jvm) {
        this.jvm = List.of(jvm);
    }

    List<String> jvm() {
        return jvm;
    }
}
