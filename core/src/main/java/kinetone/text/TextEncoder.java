package kinetone.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * From captions to what networks attend to: cleaning, vocabulary and encoder. On disk a component
 * folder with {@code spiece.model} in it, whose SHA-256 is in its configuration. What comes of a
 * caption does not depend on the others of its batch, but for rounding.
 */
public final class TextEncoder implements AutoCloseable {
  /** The name of the kind of component. */
  public static final String TYPE = "T5Encoder";

  /** How much of a caption is read at all; three hundred tokens are about 1500 characters. */
  public static final int MAX_CHARACTERS = 4000;

  private final TextEncoderConfig config;
  private final Vocabulary vocabulary;
  private final T5Encoder network;
  private final Device device;
  private final String sha256;

  private TextEncoder(
      TextEncoderConfig config,
      Vocabulary vocabulary,
      T5Encoder network,
      Device device,
      String sha256) {
    this.config = config;
    this.vocabulary = vocabulary;
    this.network = network;
    this.device = device;
    this.sha256 = sha256;
  }

  /**
   * Reads an encoder. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws KinetoneException when the folder holds another kind of component, or is incomplete or
   *     damaged
   */
  public static TextEncoder load(Path folder, Device device) {
    TextEncoderConfig config = config(folder);
    T5Encoder network =
        ComponentFolder.network(folder, rng -> new T5Encoder(config.encoder(), rng));
    network.eval();
    network.to(device, false);
    return new TextEncoder(
        config, Vocabulary.open(folder.resolve(Vocabulary.FILE)), network, device, sha256(folder));
  }

  /**
   * Writes an encoder into {@code folder}, which may exist.
   *
   * @param vocabulary the file of its vocabulary
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void save(
      Path folder,
      T5Encoder network,
      int maxTokens,
      Cleaning cleaning,
      byte[] vocabulary,
      ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      Files.createDirectories(folder);
      Path file = Files.write(folder.resolve(Vocabulary.FILE), vocabulary);
      var config = new TextEncoderConfig(network.config(), maxTokens, cleaning, Sha256.of(file));
      ComponentFolder.write(folder, TYPE, config, StateDict.of(network), dtype);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", folder, e.getMessage());
    }
  }

  /** Copies an encoder, and nothing else there is in its folder, to {@code to}. */
  public static void copy(Path from, Path to) {
    config(from);
    ComponentFolder.copy(from, to);
    try {
      Files.copy(from.resolve(Vocabulary.FILE), to.resolve(Vocabulary.FILE));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", to, e.getMessage());
    }
  }

  /**
   * The configuration of the encoder in {@code folder}.
   *
   * @throws KinetoneException when the folder holds another kind of component or another vocabulary
   *     than it was written with
   */
  public static TextEncoderConfig config(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    TextEncoderConfig config = ComponentFolder.config(folder, TextEncoderConfig.class);
    Path file = folder.resolve(Vocabulary.FILE);
    byte[] bytes = Vocabulary.read(file);
    Check.that(
        Sha256.of(file).equals(config.vocabularySha256()),
        "vocabulary %s was altered or damaged: its SHA-256 is not the one in config.json; fetch the"
            + " model folder again",
        file);
    int pieces = SentencePieceFile.read(file.toString(), bytes).pieces().size();
    Check.that(
        pieces <= config.encoder().vocabulary(),
        "vocabulary %s has %d pieces, but the encoder beside it knows %d",
        file,
        pieces,
        config.encoder().vocabulary());
    return config;
  }

  /** SHA-256 that stands for weights, configuration and vocabulary of the encoder in a folder. */
  public static String sha256(Path folder) {
    return Sha256.of(folder.resolve("config.json"));
  }

  /** SHA-256 that stands for weights, configuration and vocabulary. */
  public String sha256() {
    return sha256;
  }

  /** D, the width of embeddings. */
  public int width() {
    return config.encoder().width();
  }

  /** The most tokens a caption has, its end included. */
  public int maxTokens() {
    return config.maxTokens();
  }

  /**
   * The numbers of a caption's pieces after cleaning, the end included. What is too long is cut: at
   * {@link #MAX_CHARACTERS} before cleaning, whose time grows with the square, and then at {@link
   * #maxTokens}.
   */
  public int[] pieces(String caption) {
    int end = Math.min(caption.length(), MAX_CHARACTERS);
    String read =
        end < caption.length() && Character.isHighSurrogate(caption.charAt(end - 1))
            ? caption.substring(0, end - 1)
            : caption.substring(0, end);
    return vocabulary.pieces(config.cleaning().clean(read), config.maxTokens());
  }

  /**
   * Encodes captions, padded to the longest of them. An empty one is one token, the end of a text.
   */
  public EncodedText encode(List<String> captions) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      return encode(network, captions.stream().map(this::pieces).toList(), device);
    }
  }

  /** Encodes pieces with a network, which may be in training. */
  public static EncodedText encode(T5Encoder network, List<int[]> captions, Device device) {
    int longest = captions.stream().mapToInt(pieces -> pieces.length).max().orElse(0);
    Check.that(longest > 0, "there are no captions to encode");
    long[] ids = new long[captions.size() * longest];
    long[] valid = new long[ids.length];
    for (int i = 0; i < captions.size(); i++) {
      int[] pieces = captions.get(i);
      for (int k = 0; k < pieces.length; k++) {
        ids[i * longest + k] = pieces[k];
        valid[i * longest + k] = 1;
      }
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor mask = Tensors.of(valid, captions.size(), longest).to(device, ScalarType.Bool);
      Tensor encoded =
          network.forward(
              Tensors.of(ids, captions.size(), longest).to(device, ScalarType.Long), mask);
      Tensor clean = encoded.to(ScalarType.Float).mul(mask.unsqueeze(-1).to(ScalarType.Float));
      return new EncodedText(scope.keep(clean), scope.keep(mask));
    }
  }

  @Override
  public void close() {
    vocabulary.close();
    network.close();
  }
}
