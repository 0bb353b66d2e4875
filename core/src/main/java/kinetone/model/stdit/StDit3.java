package kinetone.model.stdit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.nn.Linear;
import kinetone.nn.embed.CaptionEmbedding;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.RotaryPosition;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * STDiT3 of Open-Sora 1.2: pairs of a block that looks within frames and one that looks over time,
 * both of which hear a caption. Parameter names are those of the public checkpoint, except that the
 * kernel of {@code x_embedder.proj} has no axis of time, which is 1 long there.
 *
 * <pre>
 *   t = MLP(sinusoids(timestep)) + MLP(sinusoids(frames per second))      (B, D)
 *   six vectors = W silu(t) + b, shared by all blocks
 *   x = patches + sinusoids(row, column)
 *   x = temporal_i(spatial_i(x)), depth times
 *   out = linear(LN(x) (1 + scale(t)) + shift(t))
 * </pre>
 *
 * <p>Positions within {@code noisy = false} are told timestep 0. Modules are made outside of tensor
 * scopes and on the CPU.
 */
public final class StDit3 extends Module {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "StDit3";

  private static final int SINUSOIDS = 256;
  private static final int VECTORS = 6;

  // What blocks see, in the order of embedded().
  private static final int TOKENS = 0;
  private static final int CAPTION = 1;
  private static final int TIME = 2;
  private static final int SIX = 3;
  private static final int CLEAN = 4;
  private static final int CLEAN_SIX = 5;

  private final StDit3Config config;
  private final PatchEmbedding patches;
  private final TimestepEmbedding timestep;
  private final TimestepEmbedding frameRate;
  private final Linear vectors;
  private final CaptionEmbedding captions;
  private final StDit3Block[] spatial;
  private final StDit3Block[] temporal;
  private final StDit3FinalLayer last;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module shared;

  /** A network with fresh weights. */
  public StDit3(StDit3Config config, Rng rng) {
    super(TYPE);
    this.config = config;
    int width = config.width();
    patches =
        register_module(
            "x_embedder", new PatchEmbedding(config.patch(), config.channels(), width, rng));
    timestep = register_module("t_embedder", new TimestepEmbedding(SINUSOIDS, width, width, rng));
    frameRate =
        register_module("fps_embedder", new TimestepEmbedding(SINUSOIDS, width, width, rng));
    frameRate.zeroInitialise(rng);
    shared = register_module("t_block", new Module("Sequential"));
    vectors = Linear.xavier(width, (long) VECTORS * width, rng);
    shared.register_module("1", vectors);
    captions =
        register_module(
            "y_embedder",
            new CaptionEmbedding(config.captionWidth(), width, config.captionTokens(), rng));
    RotaryPosition rotary = new RotaryPosition(width / config.heads());
    spatial = blocks("spatial_blocks", StDit3Block.Axis.SPACE, rotary, rng);
    temporal = blocks("temporal_blocks", StDit3Block.Axis.TIME, rotary, rng);
    last =
        register_module(
            "final_layer",
            new StDit3FinalLayer(width, config.patch() * config.patch() * config.outputs(), rng));
  }

  private StDit3Block[] blocks(String name, StDit3Block.Axis axis, RotaryPosition rotary, Rng rng) {
    ModuleListImpl list = register_module(name, new ModuleListImpl());
    StDit3Block[] made = new StDit3Block[config.depth()];
    for (int i = 0; i < made.length; i++) {
      made[i] = new StDit3Block(config.width(), config.heads(), axis, rotary, rng);
      list.push_back(made[i]);
    }
    return made;
  }

  /** The size of this network. */
  public StDit3Config config() {
    return config;
  }

  /**
   * The positions of tokens of a picture, (h · w, D), as Open-Sora has them for any size: the grid
   * is stretched to √(h · w) along both sides and divided by {@code scale}.
   *
   * @param rows h, in patches
   * @param columns w, in patches
   * @param scale √(height · width) / 512, in pixels of the picture
   */
  public static DeviceConstant positions(int rows, int columns, int width, double scale) {
    long base = Math.round(Math.sqrt((double) rows * columns));
    return new DeviceConstant(
        () ->
            SinCosPosition.grid(
                rows,
                columns,
                width,
                (double) base / rows / scale,
                (double) base / columns / scale));
  }

  /**
   * What the network is told.
   *
   * @param timesteps (B), in DiT's numbering 0..T−1
   * @param framesPerSecond Hz, float32 (1) or (B)
   * @param noisy bool, broadcasts to (B, T, h, w, 1) with sizes in patches, false where the latent
   *     is clean; all is noisy when empty
   * @param text captions; none when empty
   * @param keep bool (B), false for examples that shall not hear their caption; all hear it when
   *     empty
   * @param positions see {@link #positions}
   */
  public record Inputs(
      Tensor timesteps,
      Tensor framesPerSecond,
      Optional<Tensor> noisy,
      Optional<Conditions.Text> text,
      Optional<Tensor> keep,
      DeviceConstant positions) {}

  /**
   * Predicts.
   *
   * @param x latents (B, T, H, W, C), H and W divisible by the patch
   * @return (B, T, H, W, C) of the noise, and then as many channels of the raw variance if the
   *     network predicts one
   */
  public Tensor forward(Tensor x, Inputs inputs) {
    return forward(x, inputs, Optional.empty());
  }

  /** As {@link #forward(Tensor, Inputs)}, keeping of each block only what it makes. */
  public Tensor forward(Tensor x, Inputs inputs, Optional<GradientCheckpoints> checkpoints) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> seen = first(x, inputs, checkpoints);
      Tensor heard = mask(inputs, seen.get(CAPTION));
      Tensor mask = checkpoints.map(tape -> tape.enter(heard)).orElse(heard);
      Optional<Tensor> noisy =
          inputs.noisy().map(n -> checkpoints.map(tape -> tape.enter(n)).orElse(n));
      Tensor h = seen.get(TOKENS);
      for (int i = 0; i < config.depth(); i++) {
        h = step(spatial[i], h, seen, mask, noisy, checkpoints);
        h = step(temporal[i], h, seen, mask, noisy, checkpoints);
      }
      Told told =
          new Told(
              seen.get(TIME).unsqueeze(1), noisy.map(any -> seen.get(CLEAN).unsqueeze(1)), noisy);
      Tensor out = last.forward(h, told);
      return scope.keep(
          PatchEmbedding.join(
              out.flatten(2, 3).flatten(0, 1),
              config.patch(),
              x.size(0),
              x.size(1),
              x.size(2),
              x.size(3),
              config.outputs()));
    }
  }

  private List<Tensor> first(Tensor x, Inputs inputs, Optional<GradientCheckpoints> checkpoints) {
    if (checkpoints.isEmpty()) {
      return embedded(x, inputs);
    }
    // What the caller made for this pass alone is entered, to live until the pass is repeated.
    GradientCheckpoints tape = checkpoints.get();
    Tensor latents = tape.enter(x);
    Inputs kept =
        new Inputs(
            tape.enter(inputs.timesteps()),
            tape.enter(inputs.framesPerSecond()),
            inputs.noisy(),
            inputs.text(),
            inputs.keep(),
            inputs.positions());
    return tape.run(List.of(latents), in -> embedded(in.get(0), kept));
  }

  /** All that blocks see: tokens (B, T, h, w, D), caption, and vectors of time. */
  private List<Tensor> embedded(Tensor x, Inputs inputs) {
    Tensor rate = frameRate.forward(inputs.framesPerSecond());
    Tensor t = timestep.forward(inputs.timesteps()).add(rate);
    Tensor tokens = patches.forward(x.flatten(0, 1)); // (B T, h w, D)
    Tensor placed = tokens.add(inputs.positions().like(tokens));
    long rows = x.size(2) / config.patch();
    Tensor grid = placed.view(x.size(0), x.size(1), rows, -1, config.width());
    Tensor caption = caption(inputs, x.size(0));
    if (inputs.noisy().isEmpty()) {
      return List.of(grid, caption, t, six(t));
    }
    Tensor clean = timestep.forward(torch.zeros_like(inputs.timesteps())).add(rate);
    return List.of(grid, caption, t, six(t), clean, six(clean));
  }

  /** In a scope of its own, so that the next block finds its memory free and in cache. */
  private static Tensor step(
      StDit3Block block,
      Tensor h,
      List<Tensor> seen,
      Tensor mask,
      Optional<Tensor> noisy,
      Optional<GradientCheckpoints> checkpoints) {
    List<Tensor> inputs = new ArrayList<>(List.of(h, seen.get(CAPTION), seen.get(SIX)));
    noisy.ifPresent(any -> inputs.add(seen.get(CLEAN_SIX)));
    GradientCheckpoints.Stretch stretch =
        in ->
            List.of(
                block.forward(
                    in.get(0),
                    in.get(1),
                    mask,
                    new Told(in.get(2), noisy.map(any -> in.get(3)), noisy)));
    if (checkpoints.isPresent()) {
      return checkpoints.get().run(inputs, stretch).get(0);
    }
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(stretch.of(inputs).get(0));
    }
  }

  /** (B, D) to (B, 6, D). */
  private Tensor six(Tensor t) {
    return vectors.forward(torch.silu(t)).unflatten(1, VECTORS, config.width());
  }

  private Tensor caption(Inputs inputs, long batch) {
    return inputs
        .text()
        .map(text -> captions.forward(text.embedding(), inputs.keep()))
        .orElseGet(() -> captions.none(batch));
  }

  private static Tensor mask(Inputs inputs, Tensor caption) {
    return inputs
        .text()
        .map(text -> text.mask().to(caption.device(), ScalarType.Bool))
        .orElseGet(() -> torch.ones_like(caption.select(2, 0)).to(ScalarType.Bool));
  }
}
