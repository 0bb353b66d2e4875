package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.embedding;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.nn.Init;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * CLAP's tower for captions in evaluation: RoBERTa (Liu et al. 2019), what it says at the first
 * token, and a projection. The names are those of transformers' {@code ClapModel}. Modules are made
 * outside of tensor scopes.
 */
public final class ClapText extends Module {
  private static final double DEVIATION = 0.02;

  private final ClapTextConfig config;
  private final Tensor words;
  private final Tensor positions;
  private final Tensor type;
  private final LayerNorm norm;
  private final List<RobertaLayer> layers = new ArrayList<>();
  private final Linear pooler;
  private final ClapProjection projection;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> held = new ArrayList<>();

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public ClapText(ClapTextConfig config, Rng rng) {
    super("ClapText");
    this.config = config;
    int width = config.width();
    Module model = part(this, "text_model");
    Module embeddings = part(model, "embeddings");
    words = table(embeddings, "word_embeddings", config.vocabulary(), rng);
    positions = table(embeddings, "position_embeddings", config.positions(), rng);
    type = table(embeddings, "token_type_embeddings", 1, rng);
    norm = embeddings.register_module("LayerNorm", new LayerNorm(width, config.epsilon()));
    Module list = part(part(model, "encoder"), "layer");
    for (int i = 0; i < config.layers(); i++) {
      layers.add(list.register_module(Integer.toString(i), new RobertaLayer(config, rng)));
    }
    pooler = part(model, "pooler").register_module("dense", Linear.xavier(width, width, rng));
    projection =
        register_module("text_projection", new ClapProjection(width, config.features(), rng));
  }

  private Module part(Module around, String name) {
    Module part = around.register_module(name, new Module("Part"));
    held.add(part);
    return part;
  }

  private Tensor table(Module around, String name, int rows, Rng rng) {
    Tensor weight = Init.weight(rng, rows, config.width());
    Init.normal(weight, DEVIATION, rng);
    part(around, name).register_parameter("weight", weight);
    return weight;
  }

  /** The size of this network. */
  public ClapTextConfig config() {
    return config;
  }

  /**
   * The embedding of a caption, of length 1, (1, features).
   *
   * @param tokens of {@link BytePairVocabulary}
   */
  public Tensor forward(long[] tokens) {
    int count = tokens.length;
    Check.within("tokens of a caption", count, 1, config.maxTokens());
    try (TensorScope scope = TensorScope.open()) {
      Tensor word = embedding(words, Tensors.of(tokens, 1, count));
      Tensor place = positions.narrow(0, ClapTextConfig.FIRST_POSITION, count);
      Tensor x = norm.forward(word.add(type).add(place));
      for (RobertaLayer layer : layers) {
        x = layer.forward(x);
      }
      return scope.keep(projection.forward(pooler.forward(x.select(1, 0)).tanh()));
    }
  }
}
