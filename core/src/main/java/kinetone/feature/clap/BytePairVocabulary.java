package kinetone.feature.clap;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;

/**
 * A byte-level byte-pair vocabulary (Radford et al. 2019, GPT-2; RoBERTa's): words are cut into
 * bytes, and neighbours are joined in the order in which they were learned. Any text has tokens.
 * Names of special tokens within a text are letters as any.
 */
public final class BytePairVocabulary {
  /** The file of the tokens' numbers. */
  public static final String TOKENS = "vocab.json";

  /** The file of the pairs that are joined, the first learned first. */
  public static final String MERGES = "merges.txt";

  /** How much of a text is read at all, characters. */
  public static final int MAX_CHARACTERS = 2000;

  private static final String BEGIN = "<s>";
  private static final String END = "</s>";
  private static final String UNKNOWN = "<unk>";
  private static final long LARGEST = 16L << 20;

  /** GPT-2's words: what apostrophes cut off, letters, digits, other signs, spaces. */
  private static final Pattern WORDS =
      Pattern.compile(
          "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private final Map<String, Integer> numbers;
  private final Map<Pair, Integer> ranks;
  private final String[] letters = letters();

  private record Pair(String left, String right) {}

  private BytePairVocabulary(Map<String, Integer> numbers, Map<Pair, Integer> ranks) {
    this.numbers = numbers;
    this.ranks = ranks;
  }

  /**
   * Reads both files of a folder.
   *
   * @throws KinetoneException when one is missing or is none
   */
  public static BytePairVocabulary read(Path folder) {
    Path tokens = folder.resolve(TOKENS);
    Map<String, Integer> numbers = new HashMap<>();
    JsonNode tree = Json.fileTree(tokens, "vocabulary");
    Check.that(tree.isObject(), "%s is no vocabulary: no numbers by token", tokens);
    tree.properties()
        .forEach(
            token -> {
              Check.that(
                  token.getValue().isInt() && token.getValue().intValue() >= 0,
                  "%s is no vocabulary: a token has no number",
                  tokens);
              numbers.put(token.getKey(), token.getValue().intValue());
            });
    for (String special : List.of(BEGIN, END, UNKNOWN)) {
      Check.that(numbers.containsKey(special), "vocabulary %s has no token %s", tokens, special);
    }
    return new BytePairVocabulary(numbers, ranks(folder.resolve(MERGES)));
  }

  private static Map<Pair, Integer> ranks(Path file) {
    Map<Pair, Integer> ranks = new HashMap<>();
    for (String line : InputFile.text(file, "list of merges", LARGEST).split("\n", -1)) {
      String pair = line.strip();
      if (pair.isEmpty() || pair.startsWith("#version")) {
        continue;
      }
      String[] parts = pair.split(" ", -1);
      Check.that(parts.length == 2, "%s: a line is no pair of tokens", file);
      ranks.putIfAbsent(new Pair(parts[0], parts[1]), ranks.size());
    }
    return ranks;
  }

  /** One more than the largest number. */
  public int size() {
    return numbers.values().stream().mapToInt(number -> number + 1).max().orElse(0);
  }

  /**
   * The tokens of a text between those that begin and end it; what is too long is cut off.
   *
   * @param most tokens, 2 at least
   */
  public long[] encode(String text, int most) {
    List<Long> tokens = new ArrayList<>();
    tokens.add((long) numbers.get(BEGIN));
    String read =
        text.codePointCount(0, text.length()) > MAX_CHARACTERS
            ? text.substring(0, text.offsetByCodePoints(0, MAX_CHARACTERS))
            : text;
    Matcher words = WORDS.matcher(read);
    while (words.find() && tokens.size() < most) {
      for (String piece : joined(words.group())) {
        tokens.add((long) numbers.getOrDefault(piece, numbers.get(UNKNOWN)));
      }
    }
    List<Long> kept = tokens.subList(0, Math.min(tokens.size(), most - 1));
    kept.add((long) numbers.get(END));
    return kept.stream().mapToLong(Long::longValue).toArray();
  }

  /** A word in pieces: of its bytes, the neighbours that were learned first are joined first. */
  private List<String> joined(String word) {
    List<String> pieces = new ArrayList<>();
    for (byte one : word.getBytes(StandardCharsets.UTF_8)) {
      pieces.add(letters[one & 0xFF]);
    }
    while (true) {
      int best = Integer.MAX_VALUE;
      int at = -1;
      for (int i = 0; i + 1 < pieces.size(); i++) {
        int rank = ranks.getOrDefault(new Pair(pieces.get(i), pieces.get(i + 1)), best);
        if (rank < best) {
          best = rank;
          at = i;
        }
      }
      if (at < 0) {
        return pieces;
      }
      pieces.set(at, pieces.get(at) + pieces.remove(at + 1));
    }
  }

  /** A visible letter for each byte: itself where it has one, or one from 256 on. */
  private static String[] letters() {
    String[] letters = new String[256];
    int next = 256;
    for (int i = 0; i < letters.length; i++) {
      boolean visible = (i >= '!' && i <= '~') || (i >= 0xA1 && i <= 0xAC) || i >= 0xAE;
      letters[i] = Character.toString(visible ? i : next++);
    }
    return letters;
  }
}
