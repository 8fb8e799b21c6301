package millrace.audit.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import millrace.audit.restore.Part;
import millrace.audit.restore.Progress;
import millrace.audit.restore.Restoration;

/** What {@code bin/audit restore} tells. */
record RestoreReport(PrintWriter out, String channel, String into) {
    /** Before it begins. */
    void plan(Restoration restoration, String id) {
        for (var part : restoration.parts()) {
            out.printf("%s, partition %d: %,d records%n", channel, part.partition(), part.records());
        }
        var progress = restoration.progress();
        var plan = "%,d records into %s as replay %s, %,d of them there already%n";
        out.printf(plan, progress.total(), into, id, progress.done());
        restoration.parts().stream()
                .map(Part::oldest)
                .min(Comparator.naturalOrder())
                .ifPresent(oldest -> out.printf(
                        "The oldest is of %s: %s has to keep records from there on, since Kafka counts retention by their time.%n",
                        oldest, into));
        out.flush();
    }

    /** When it has ended. */
    void end(Progress end) {
        var what = end.isComplete() ? "Restored" : "Stopped: the same command goes on. Restored so far";
        var now = end.done() - end.before();
        out.printf(
                "%s: %,d records, %,d of them now, in %d s%n",
                what, end.done(), now, end.elapsed().toSeconds());
        out.flush();
    }
}
