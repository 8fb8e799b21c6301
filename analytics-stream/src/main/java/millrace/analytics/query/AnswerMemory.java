package millrace.analytics.query;

import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.RequestScoped;
import millrace.access.Problem;

/** Share of one question in {@link QueryMemory}, given back when its answer is written. */
@RequestScoped
class AnswerMemory {
    /** Of a row and its entry in a sorted map, without its key: 250 to 300 bytes of page views. */
    private static final int ROW_BYTES = 300;

    private final QueryMemory all;
    private long taken;

    AnswerMemory(QueryMemory all) {
        this.all = all;
    }

    /** 400 if the question holds too much, 503 if all questions together do. */
    void takeRow(String key) {
        take(ROW_BYTES + 2L * key.length());
    }

    void takeRows(int count) {
        take((long) count * ROW_BYTES);
    }

    private void take(long bytes) {
        if (taken + bytes > QueryMemory.MAX_BYTES_OF_ONE) {
            throw Problem.badRequest("The answer needs more than %d MiB: ask for a shorter span, or one page or product"
                    .formatted(QueryMemory.MAX_BYTES_OF_ONE >> 20));
        }
        all.take(bytes);
        taken += bytes;
    }

    @PreDestroy
    void giveBack() {
        all.giveBack(taken);
        taken = 0;
    }
}
