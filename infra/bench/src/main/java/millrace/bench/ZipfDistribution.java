package millrace.bench;

import java.util.Arrays;
import java.util.Random;

/** Picks random indexes by Zipf's law: the n-th index is picked 1/n times as often as the first. */
final class ZipfDistribution {
    /** Cumulative weights. */
    private final double[] upTo;

    ZipfDistribution(int size) {
        upTo = new double[size];
        var sum = 0.0;
        for (int i = 0; i < size; i++) {
            sum += 1.0 / (i + 1);
            upTo[i] = sum;
        }
    }

    /** @return 0 or more, less than the size */
    int pick(Random random) {
        var at = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
        return Math.min(at < 0 ? -at - 1 : at + 1, upTo.length - 1);
    }
}
