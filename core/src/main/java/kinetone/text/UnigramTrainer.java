package kinetone.text;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import kinetone.common.Check;
import kinetone.text.SentencePieceFile.Piece;

/**
 * Learns a unigram vocabulary (Kudo 2018): of all frequent parts of words, those under which the
 * text is likeliest. Expectation and maximisation set the frequencies, and the pieces that are
 * expected least go, a few at a time. Letters, digits and bytes always stay, so that any text can
 * be cut. The same text gives the same vocabulary.
 */
public final class UnigramTrainer {
  private static final String BLANK = "\u2581";

  /** Letters with the blank before them, or one digit or mark. */
  private static final Pattern WORD = Pattern.compile(BLANK + "?\\p{L}+|" + BLANK + "?[^\\p{L}]");

  private static final int LONGEST = 16;
  private static final int ROUNDS = 2;
  private static final double KEPT = 0.8;
  private static final String ALWAYS = "abcdefghijklmnopqrstuvwxyz0123456789.,'-\"!?:;" + BLANK;

  private final Map<String, Long> words = new TreeMap<>();
  private Map<String, Double> scores = new LinkedHashMap<>();

  private UnigramTrainer() {}

  /**
   * Learns from texts, which were cleaned.
   *
   * @param size pieces besides bytes and the three that mean no text
   * @return the file {@code spiece.model}
   */
  public static byte[] train(Iterable<String> texts, int size) {
    var trainer = new UnigramTrainer();
    for (String text : texts) {
      String blanks = BLANK + text.strip().replaceAll("\\s+", BLANK);
      WORD.matcher(blanks).results().forEach(m -> trainer.words.merge(m.group(), 1L, Long::sum));
    }
    Check.that(!trainer.words.isEmpty(), "there is no text to learn a vocabulary from");
    Check.that(size > ALWAYS.length(), "size = %d, must be more than %d", size, ALWAYS.length());
    trainer.seed();
    while (true) {
      for (int i = 0; i < ROUNDS; i++) {
        trainer.estimate();
      }
      if (trainer.scores.size() <= size
          || trainer.scores.keySet().stream().allMatch(UnigramTrainer::single)) {
        return trainer.file();
      }
      trainer.prune(Math.max(size, (int) (KEPT * trainer.scores.size())));
    }
  }

  /** Every part of a word that occurs twice, as likely as it is frequent and long. */
  private void seed() {
    Map<String, Double> counts = new TreeMap<>();
    words.forEach(
        (word, times) -> {
          for (int from = 0; from < word.length(); from++) {
            for (int to = from + 1; to <= Math.min(word.length(), from + LONGEST); to++) {
              if (whole(word, from) && whole(word, to)) {
                counts.merge(word.substring(from, to), (double) times, Double::sum);
              }
            }
          }
        });
    counts.entrySet().removeIf(e -> e.getValue() < 2 && !single(e.getKey()));
    ALWAYS.codePoints().mapToObj(Character::toString).forEach(c -> counts.putIfAbsent(c, 0.0));
    counts.replaceAll((piece, count) -> Math.max(0.5, count * piece.length()));
    normalise(counts);
  }

  private static boolean whole(String word, int at) {
    return at == word.length() || !Character.isLowSurrogate(word.charAt(at));
  }

  private static boolean single(String piece) {
    return piece.codePointCount(0, piece.length()) == 1;
  }

  private void normalise(Map<String, Double> counts) {
    double sum = counts.values().stream().mapToDouble(Double::doubleValue).sum();
    scores = new LinkedHashMap<>();
    counts.forEach((piece, count) -> scores.put(piece, Math.log(count / sum)));
  }

  /** One round: how often each piece is expected under the scores, and scores from that. */
  private void estimate() {
    Map<String, Double> expected = new TreeMap<>();
    scores.keySet().forEach(piece -> expected.put(piece, single(piece) ? 0.5 : 1e-4));
    words.forEach((word, times) -> expect(word, times, expected));
    normalise(expected);
  }

  /** Forward and backward sums over all ways to cut a word. */
  private void expect(String word, long times, Map<String, Double> expected) {
    int n = word.length();
    double[] before = new double[n + 1];
    double[] after = new double[n + 1];
    before[0] = 1;
    after[n] = 1;
    for (int to = 1; to <= n; to++) {
      for (int from = Math.max(0, to - LONGEST); from < to; from++) {
        before[to] += before[from] * likelihood(word, from, to);
      }
    }
    for (int from = n - 1; from >= 0; from--) {
      for (int to = from + 1; to <= Math.min(n, from + LONGEST); to++) {
        after[from] += after[to] * likelihood(word, from, to);
      }
    }
    for (int from = 0; from < n; from++) {
      for (int to = from + 1; to <= Math.min(n, from + LONGEST); to++) {
        double p = before[from] * likelihood(word, from, to) * after[to] / before[n];
        if (p > 0) {
          expected.merge(word.substring(from, to), times * p, Double::sum);
        }
      }
    }
  }

  private double likelihood(String word, int from, int to) {
    Double score = scores.get(word.substring(from, to));
    return score == null ? 0 : Math.exp(score);
  }

  /** Keeps the likeliest, and all single letters. */
  private void prune(int size) {
    List<String> others =
        new ArrayList<>(scores.keySet().stream().filter(p -> !single(p)).toList());
    int letters = scores.size() - others.size();
    others.sort(Comparator.comparing((String p) -> -scores.get(p)).thenComparing(p -> p));
    Map<String, Double> kept = new TreeMap<>();
    scores.forEach(
        (piece, score) -> {
          if (single(piece)) {
            kept.put(piece, Math.exp(score));
          }
        });
    others.stream()
        .limit(Math.max(0, size - letters))
        .forEach(piece -> kept.put(piece, Math.exp(scores.get(piece))));
    normalise(kept);
  }

  private byte[] file() {
    List<Piece> pieces = new ArrayList<>();
    pieces.add(new Piece("<pad>", 0, SentencePieceFile.Type.CONTROL));
    pieces.add(new Piece("</s>", 0, SentencePieceFile.Type.CONTROL));
    pieces.add(new Piece("<unk>", 0, SentencePieceFile.Type.UNKNOWN));
    for (int i = 0; i < 256; i++) {
      pieces.add(
          new Piece(String.format(Locale.ROOT, "<0x%02X>", i), 0, SentencePieceFile.Type.BYTE));
    }
    scores.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .forEach(
            e ->
                pieces.add(
                    new Piece(
                        e.getKey(), e.getValue().floatValue(), SentencePieceFile.Type.NORMAL)));
    return new SentencePieceFile(pieces).bytes();
  }
}
