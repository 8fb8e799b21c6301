package millrace.audit.cli;

import java.io.PrintWriter;
import java.util.Comparator;
import millrace.audit.restore.RestoreJob;
import millrace.audit.restore.RestorePartition;
import millrace.audit.restore.RestoreProgress;

/** Prints the report of {@code bin/audit restore}. */
record RestoreReport(PrintWriter out, String channel, String into) {
    /** Prints what is to be restored, before it begins. */
    void plan(RestoreJob job, String id) {
        for (var part : job.parts()) {
            out.printf("%s, partition %d: %,d records%n", channel, part.partition(), part.records());
        }
        var progress = job.progress();
        var plan = "%,d records into %s as replay %s, %,d of them there already%n";
        out.printf(plan, progress.total(), into, id, progress.done());
        job.parts().stream()
                .map(RestorePartition::oldest)
                .min(Comparator.naturalOrder())
                .ifPresent(oldest -> out.printf(
                        "The oldest is of %s: %s has to keep records from there on, since Kafka counts retention by"
                                + " their time.%n",
                        oldest, into));
        out.flush();
    }

    /** Prints what was restored, at the end. */
    void end(RestoreProgress end) {
        var what = end.isComplete() ? "Restored" : "Stopped: the same command continues. Restored so far";
        var now = end.done() - end.before();
        out.printf(
                "%s: %,d records, %,d of them now, in %d s%n",
                what, end.done(), now, end.elapsed().toSeconds());
        out.flush();
    }
}
