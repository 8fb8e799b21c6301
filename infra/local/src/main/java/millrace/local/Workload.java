package millrace.local;

import java.util.List;

/** What a broker's JVM is made for. */
public enum Workload {
    /** A start and some minutes of little traffic: half the processor time until it is ready, and 40 MB less. */
    LIGHT(
            "-XX:TieredStopAtLevel=1",
            "-Xms64m",
            "-Xmx256m",
            "-XX:MaxDirectMemorySize=64m",
            "-XX:ReservedCodeCacheSize=48m"),
    /** One start, at whose end an archive of the classes is left in the home, two folders above the broker's own. */
    TRAINING("-XX:TieredStopAtLevel=1", "-Xmx256m", "-XX:ArchiveClassesAtExit=../../" + Broker.CLASSES),
    /** All that the machine can give: without the optimizing compiler TLS alone takes most of a core. */
    HEAVY("-Xms512m", "-Xmx512m", "-XX:MaxDirectMemorySize=128m", "-XX:ReservedCodeCacheSize=128m");

    private final List<String> jvm;

    Workload(String... jvm) {
        this.jvm = List.of(jvm);
    }

    List<String> jvm() {
        return jvm;
    }
}
