package millrace.console.faults;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Kinds of faults. Those that the supervisor or the cluster mends by itself have no undo, and are over at once. */
public enum FaultKind {
    /** A process is asked to end, and stays down. */
    @JsonProperty("stop")
    STOP(Target.PROCESS, true, 0, 0),
    /** A process ends at once; {@code bin/up} starts it again. */
    @JsonProperty("kill")
    KILL(Target.PROCESS, false, 0, 0),
    /** A process keeps its connections and does nothing. */
    @JsonProperty("pause")
    PAUSE(Target.PROCESS, true, 0, 0),
    /** A process runs for a share of the time, in percent. */
    @JsonProperty("slow")
    SLOW(Target.PROCESS, true, 5, 95),
    /** So many processes of a type run. */
    @JsonProperty("scale")
    SCALE(Target.PROCESS, true, 0, 8),
    /** One broker of the cluster, which the platform picks, ends at once, and is started again. */
    @JsonProperty("fail")
    FAIL(Target.CLUSTER, false, 0, 0),
    // fork: audit
    /**
     * One byte of an archived record is changed in the database. The process is its channel, or channel and partition as in
     * {@code orders/2}, or nothing for {@code orders}; the value is its offset, or nothing for the last one that is signed.
     */
    @JsonProperty("tamper")
    TAMPER(Target.ARCHIVE, true, 0, Long.MAX_VALUE),
// fork: end
;

    /** To what it is done: a process that is named, or something of which there is one. */
    public enum Target {
        PROCESS(""),
        CLUSTER("kafka"),
        // fork: audit
        ARCHIVE("orders"),
    // fork: end
    ;

        private final String name;

        Target(String name) {
            this.name = name;
        }
    }

    private final Target target;
    private final boolean undone;
    private final long least;
    private final long most;

    FaultKind(Target target, boolean undone, long least, long most) {
        this.target = target;
        this.undone = undone;
        this.least = least;
        this.most = most;
    }

    /** @param word such as {@code slow} */
    public static Optional<FaultKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether it lasts until it is undone. */
    public boolean isUndone() {
        return undone;
    }

    /** Whether it is done to a process that is named. */
    public boolean needsProcess() {
        return target == Target.PROCESS;
    }

    /** Whether it needs a value: a percentage or a number of processes. */
    public boolean needsValue() {
        return this == SLOW || this == SCALE;
    }

    boolean takesValue() {
        return most > 0;
    }

    long least() {
        return least;
    }

    long most() {
        return most;
    }

    /** Name of what it is done to. */
    String target(String process) {
        var isNamed = target == Target.PROCESS;
        // fork: audit
        isNamed |= target == Target.ARCHIVE && process != null && !process.isBlank();
        // fork: end
        return isNamed ? process : target.name;
    }
}
