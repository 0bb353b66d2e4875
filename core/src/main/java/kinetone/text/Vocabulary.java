package kinetone.text;

import ai.djl.sentencepiece.SpTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;

/**
 * A SentencePiece vocabulary (Kudo and Richardson 2018): any text becomes numbers of pieces. The
 * native library lies in a jar; nothing is fetched. Thread-safe.
 */
public final class Vocabulary implements AutoCloseable {
  /** The name of its file in folders of encoders. */
  public static final String FILE = "spiece.model";

  /** The longest text that is cut into pieces, characters. */
  public static final int MAX_CHARACTERS = 20_000;

  private static final long LARGEST = 64L << 20;
  private static final String END = "</s>";

  private final SpTokenizer tokenizer;
  private final int end;
  private final int size;

  private Vocabulary(SpTokenizer tokenizer, int end, int size) {
    this.tokenizer = tokenizer;
    this.end = end;
    this.size = size;
  }

  /**
   * Opens a vocabulary.
   *
   * @throws KinetoneException when it is no such file or has no piece that ends texts
   */
  public static Vocabulary open(Path file) {
    return of(file, read(file));
  }

  /** The vocabulary that the bytes of such a file are. */
  public static Vocabulary of(byte[] file) {
    return of(Path.of(FILE), file);
  }

  private static Vocabulary of(Path file, byte[] bytes) {
    var pieces = SentencePieceFile.read(file.toString(), bytes);
    int end = pieces.number(END);
    Check.that(end >= 0, "vocabulary %s has no piece %s that ends texts", file, END);
    try {
      return new Vocabulary(new SpTokenizer(bytes), end, pieces.pieces().size());
    } catch (UnsatisfiedLinkError | IllegalStateException e) {
      throw KinetoneException.machine(
          e, "the library for vocabularies does not run here: %s", Printable.of(e.getMessage()));
    } catch (RuntimeException e) {
      throw KinetoneException.user(
          e, "%s is no SentencePiece vocabulary or is damaged; fetch it again", file);
    }
  }

  static byte[] read(Path file) {
    try {
      Check.that(
          Files.isRegularFile(file), "the vocabulary %s is missing; fetch the model again", file);
      Check.that(
          Files.size(file) <= LARGEST,
          "%s is too large for a vocabulary: %d bytes",
          file,
          Files.size(file));
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", file);
    }
  }

  /** How many pieces there are. */
  public int size() {
    return size;
  }

  /**
   * The numbers of the text's pieces and, last, of the one that ends texts, {@code most} at most:
   * what is too long is cut before the end.
   *
   * @throws KinetoneException when the text is longer than {@link #MAX_CHARACTERS}
   */
  public int[] pieces(String text, int most) {
    Check.that(
        text.length() <= MAX_CHARACTERS,
        "a text of %d characters is longer than %d; shorten it",
        text.length(),
        MAX_CHARACTERS);
    int[] all = tokenizer.getProcessor().encode(text);
    int[] cut = Arrays.copyOf(all, Math.min(all.length, most - 1) + 1);
    cut[cut.length - 1] = end;
    return cut;
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
