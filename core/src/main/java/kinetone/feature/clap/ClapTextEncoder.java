package kinetone.feature.clap;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * From captions to embeddings: vocabulary and network. On disk a component folder with {@code
 * vocab.json} and {@code merges.txt} in it, whose SHA-256 are in its configuration.
 */
public final class ClapTextEncoder implements AutoCloseable {
  /** The name of the kind of component. */
  public static final String TYPE = "ClapText";

  private final BytePairVocabulary vocabulary;
  private final ClapText network;

  private ClapTextEncoder(BytePairVocabulary vocabulary, ClapText network) {
    this.vocabulary = vocabulary;
    this.network = network;
  }

  /**
   * Reads an encoder. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws KinetoneException when the folder holds another kind of component, or is incomplete or
   *     damaged
   */
  public static ClapTextEncoder load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    ClapTextConfig config = ComponentFolder.config(folder, ClapTextConfig.class);
    BytePairVocabulary vocabulary = BytePairVocabulary.read(folder);
    requireSame(folder.resolve(BytePairVocabulary.TOKENS), config.vocabularySha256());
    requireSame(folder.resolve(BytePairVocabulary.MERGES), config.mergesSha256());
    ClapText network = ComponentFolder.network(folder, rng -> new ClapText(config, rng));
    network.eval();
    return new ClapTextEncoder(vocabulary, network);
  }

  private static void requireSame(Path file, String sha256) {
    Check.that(
        Sha256.of(file).equals(sha256),
        "%s is not the file that the network was imported with; import it again",
        file);
  }

  /** The network alone; it belongs to this encoder. */
  public ClapText network() {
    return network;
  }

  /** The tokens of a caption, as many as the network takes. */
  public long[] tokens(String caption) {
    return vocabulary.encode(caption, network.config().maxTokens());
  }

  /** The embedding of a caption, of length 1, (1, features). */
  public Tensor encode(String caption) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      return network.forward(tokens(caption));
    }
  }

  @Override
  public void close() {
    network.close();
  }
}
