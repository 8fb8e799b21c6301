package millrace.audit;

import millrace.audit.chain.Segment;

/** The older archive cannot be taken from, and nobody but a person can help: the process ends with this sentence. */
final class UnusableArchive extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnusableArchive(String sentence) {
        super(sentence);
    }

    static UnusableArchive another(Chain chain, Segment segment) {
        return new UnusableArchive(
                ("What is archived of %s is not what the older archive has before entry %d: either that is"
                                + " not what was signed, which bin/audit verify tells, or this generation was begun without it and has"
                                + " to be dropped.")
                        .formatted(chain.partition(), segment.nextSeq()));
    }
}
